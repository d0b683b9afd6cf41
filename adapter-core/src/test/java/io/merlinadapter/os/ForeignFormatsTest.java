package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel starts with the help of another program, as it shows it in binfmt_misc. */
class ForeignFormatsTest {
    @TempDir
    Path temp;

    private Path folder;
    private Path arm;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("binfmt_misc"));
        arm = Files.write(temp.resolve("model"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 3, 0, 0, (byte) 0xb7});
    }

    private void register(String name, String text) throws IOException {
        Files.writeString(folder.resolve("status"), "enabled\n");
        Files.writeString(folder.resolve("register"), "");
        Files.writeString(folder.resolve(name), text);
    }

    private boolean handles(Path file) {
        return new ForeignFormats(folder).handle(file);
    }

    @Test
    void withoutAnyNothingIsHandled() throws IOException {
        assertThat(handles(arm)).isFalse();
        register("python3.11", "enabled\ninterpreter /usr/bin/python3.11\nflags: \noffset 0\nmagic a70d0d0a\n");
        assertThat(handles(arm)).isFalse();
    }

    @Test
    void aMachineIsToldByItsBytesUnderTheirMask() throws IOException {
        String qemu = """
                %s
                interpreter /usr/bin/qemu-aarch64-static
                flags: OCF
                offset 0
                magic 7f454c46020101000000b7
                mask ffffffffffffff000000ff
                """;
        register("qemu-aarch64", qemu.formatted("disabled"));
        assertThat(handles(arm)).isFalse();

        register("qemu-aarch64", qemu.formatted("enabled"));
        assertThat(handles(arm)).isTrue();
        assertThat(handles(Files.writeString(temp.resolve("script"), "#!/bin/sh\n")))
                .isFalse();
    }

    @Test
    void othersAreToldByTheirNames() throws IOException {
        register("jar", "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n");

        assertThat(handles(Files.writeString(temp.resolve("model.jar"), "PK"))).isTrue();
        assertThat(handles(arm)).isFalse();
    }
}
