package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are found as execvp finds them. */
class ProgramsTest {
    @TempDir
    private Path temp;

    private Path first;
    private Path second;

    @BeforeEach
    void makeFolders() throws IOException {
        first = Files.createDirectories(temp.resolve("first"));
        second = Files.createDirectories(temp.resolve("second"));
    }

    private static Path file(Path path, String mode) throws IOException {
        Files.writeString(path, "#!/bin/sh\n");
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private String searchPath() {
        return first + ":" + second;
    }

    @Test
    void theFirstFolderOfThePathWins() throws IOException {
        file(second.resolve("model"), "rwxr-xr-x");
        assertThat(Programs.find("model", searchPath())).contains(second.resolve("model"));
        file(first.resolve("model"), "rwxr-xr-x");
        assertThat(Programs.find("model", searchPath())).contains(first.resolve("model"));
    }

    @Test
    void whatCanNotBeExecutedIsPassedOver() throws IOException {
        file(first.resolve("model"), "rw-r--r--");
        Files.createDirectories(first.resolve("folder"));
        file(second.resolve("model"), "rwxr-xr-x");
        assertThat(Programs.find("model", searchPath())).contains(second.resolve("model"));
        assertThat(Programs.find("folder", searchPath())).isEmpty();
        assertThat(Programs.find("absent", searchPath())).isEmpty();
    }

    @Test
    void aNameWithASlashIsNotLookedForInThePath() throws IOException {
        Path model = file(first.resolve("model"), "rwxr-xr-x");
        assertThat(Programs.find(model.toString(), "")).contains(model);
        assertThat(Programs.find("./model", searchPath())).isEmpty();
    }

    @Test
    void aNameThatIsNoPathIsNotFound() {
        assertThat(Programs.find("mo\0del", searchPath())).isEmpty();
    }
}
