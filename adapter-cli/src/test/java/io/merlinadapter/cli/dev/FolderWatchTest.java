package io.merlinadapter.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes in a folder is told once, and nothing that is ignored. */
class FolderWatchTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path root;

    private final BlockingQueue<Collection<String>> told = new LinkedBlockingQueue<>();

    private FolderWatch watch() {
        return FolderWatch.start(List.of(root), told::add);
    }

    private Collection<String> next() throws InterruptedException {
        return told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aFolderThatIsMadeLaterIsWatchedToo() throws Exception {
        try (FolderWatch watch = watch()) {
            assertThat(watch.isOn()).isTrue();
            Files.createDirectories(root.resolve("new/deep"));
            Files.writeString(root.resolve("new/deep/a.py"), "1");
            assertThat(next()).contains("new/deep/a.py");
            Files.writeString(root.resolve("new/deep/a.py"), "2");
            assertThat(next()).containsExactly("new/deep/a.py");
            Files.delete(root.resolve("new/deep/a.py"));
            assertThat(next()).containsExactly("new/deep/a.py");
        }
    }

    @Test
    void rulesThatChangeCountFromThenOn() throws Exception {
        try (FolderWatch watch = watch()) {
            assertThat(watch.isOn()).isTrue();
            Files.writeString(root.resolve("a.txt"), "1");
            assertThat(next()).containsExactly("a.txt");
            Files.writeString(root.resolve(IgnoreRules.FILE), "a.txt\n");
            Files.writeString(root.resolve("a.txt"), "2");
            Files.writeString(root.resolve("b.txt"), "1");
            assertThat(next()).containsExactly("b.txt");
        }
    }

    @Test
    void aFileThatComesAndGoesIsNotTold() throws Exception {
        try (FolderWatch watch = watch()) {
            assertThat(watch.isOn()).isTrue();
            touchAndDelete("passing");
            Files.writeString(root.resolve("stays"), "1");
            assertThat(next()).containsExactly("stays");
        }
    }

    private void touchAndDelete(String name) throws IOException {
        Path file = Files.writeString(root.resolve(name), "x");
        Files.delete(file);
    }

    @Test
    void withoutFoldersNothingIsWatched() {
        try (FolderWatch none = FolderWatch.start(List.of(), told::add)) {
            assertThat(none.isOn()).isFalse();
        }
    }
}
