package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryWatchTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private ControlGroup group(String limit) throws IOException {
        Files.writeString(folder.resolve("memory.max"), limit + "\n");
        Files.writeString(folder.resolve("memory.current"), "0\n");
        Files.writeString(folder.resolve("memory.stat"), "");
        return new ControlGroup(folder, MemoryFiles.VERSION_2);
    }

    @ParameterizedTest
    @CsvSource({"100, 24", "300, 24", "512, 32", "1024, 64", "65536, 64"})
    void aSixteenthOfTheContainerIsKeptWithinBounds(long limit, long kept) {
        assertThat(MemoryWatch.kept(limit * MIB)).isEqualTo(kept * MIB);
    }

    @Test
    void theLessIsLeftTheSoonerIsTheNextLook() {
        assertThat(MemoryWatch.pause(Long.MAX_VALUE)).isEqualTo(MemoryWatch.LONGEST);
        assertThat(MemoryWatch.pause(800_000_000)).isEqualTo(Duration.ofMillis(100));
        assertThat(MemoryWatch.pause(80_000_000)).isEqualTo(Duration.ofMillis(10));
        assertThat(MemoryWatch.pause(0)).isEqualTo(MemoryWatch.SHORTEST);
        assertThat(MemoryWatch.pause(-5)).isEqualTo(MemoryWatch.SHORTEST);
    }

    @Test
    void nothingIsKeptWhereNothingIsWatched() throws IOException {
        assertThat(new MemoryWatch(ProgramMemory.ANY, group("536870912")).kept())
                .isZero();
        assertThat(new MemoryWatch(ProgramMemory.OF_CONTAINER, group("max")).kept())
                .isZero();
        assertThat(new MemoryWatch(ProgramMemory.OF_CONTAINER, group("536870912")).kept())
                .isEqualTo(32 * MIB);
    }
}
