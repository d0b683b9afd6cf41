package io.merlinadapter.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program writes itself is told from edits. */
class OwnWritesTest {
    @TempDir
    private Path root;

    private OwnWrites own;
    private int writes;

    @BeforeEach
    void begin() {
        own = new OwnWrites(
                List.of(root), List.of("python3", root.resolve("predict").toString()));
    }

    /** Changes a file, and looks what is made of it. */
    private OwnWrites.Sifted changed(String file, boolean soon) throws IOException {
        Files.writeString(root.resolve(file), "version " + writes++);
        return own.sift(List.of(file), soon);
    }

    @Test
    void whatTheProgramHasOpenForWritingIsItsOwnAtOnce() throws Exception {
        try (OutputStream log = Files.newOutputStream(root.resolve("app.log"))) {
            log.write('x');
            OwnWrites.Sifted sifted = own.sift(List.of("app.log"), false);
            assertThat(sifted.edits()).isEmpty();
            assertThat(sifted.leaves()).containsOnlyKeys("app.log");
        }
        assertThat(changed("app.log", false).edits()).as("left out for good").isEmpty();
        assertThat(own.leftOut()).containsExactly("app.log");
    }

    @Test
    void whatItReadsIsNot() throws Exception {
        Files.writeString(root.resolve("model.bin"), "x");
        try (RandomAccessFile model =
                new RandomAccessFile(root.resolve("model.bin").toFile(), "r")) {
            assertThat(own.sift(List.of("model.bin"), false).edits()).containsExactly("model.bin");
            assertThat(model.read()).isEqualTo('x');
        }
    }

    @Test
    void whatChangesWithThreeNewCopiesInARowIsItsOwn() throws Exception {
        assertThat(changed("cache.db", false).edits()).containsExactly("cache.db");
        assertThat(changed("cache.db", true).edits()).containsExactly("cache.db");
        OwnWrites.Sifted third = changed("cache.db", true);
        assertThat(third.edits()).isEmpty();
        assertThat(third.leaves()).containsOnlyKeys("cache.db");
        assertThat(changed("cache.db", false).leaves()).as("said once").isEmpty();
        assertThat(changed("other.db", true).edits()).containsExactly("other.db");
    }

    @Test
    void filesWithAnotherNumberInEachNameAreOneAndTheSame() throws Exception {
        assertThat(changed("2024-01-02.log", false).edits()).hasSize(1);
        assertThat(changed("2024-01-03.log", true).edits()).hasSize(1);
        assertThat(changed("2024-01-04.log", true).leaves()).containsOnlyKeys("*.log");
    }

    @Test
    void anEditThatComesLaterBeginsAnew() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(changed("weights.json", false).edits()).containsExactly("weights.json");
        }
    }

    @Test
    void whatIsWrittenAgainWithTheSameBytesIsNoEdit() throws Exception {
        assertThat(changed("made.py", false).edits()).containsExactly("made.py");
        assertThat(own.sift(List.of("made.py"), true).edits()).isEmpty();
    }

    @Test
    void sourceCodeGetsMoreTimeAndIsTakenBackWhenItChangesLater() throws Exception {
        assertThat(changed("util.py", false).slowly()).isFalse();
        assertThat(changed("util.py", true).slowly()).isFalse();
        OwnWrites.Sifted third = changed("util.py", true);
        assertThat(third.edits()).containsExactly("util.py");
        assertThat(third.slowly()).isTrue();
        assertThat(third.suspects()).containsExactly("util.py");
        assertThat(changed("util.py", true).suspects()).as("said once").isEmpty();
        assertThat(changed("util.py", true).edits()).containsExactly("util.py");
        assertThat(changed("util.py", true).leaves()).containsOnlyKeys("util.py");
        assertThat(changed("util.py", true).edits()).isEmpty();
        assertThat(changed("util.py", false).edits()).containsExactly("util.py");
    }

    @Test
    void theProgramItselfIsNeverLeftOut() throws Exception {
        assertThat(changed("predict", false).edits()).containsExactly("predict");
        for (int i = 0; i < 20; i++) {
            assertThat(changed("predict", true).edits()).containsExactly("predict");
        }
        assertThat(own.leftOut()).isEmpty();
    }
}
