package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerRoomTest {
    @TempDir
    Path folder;

    @BeforeEach
    void thisProcess() throws IOException {
        Files.createDirectory(folder.resolve("self"));
        write("self/statm", "100 10 0 1 0 9 0\n");
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private long left(MemoryFiles names, long enough) throws IOException {
        try (ContainerRoom room = new ContainerRoom(folder, names, folder)) {
            return room.bytes(enough);
        }
    }

    private void group() throws IOException {
        write("memory.max", "1000\n");
        write("memory.current", "900\n");
        write("memory.stat", "anon 500\ninactive_file 100\nactive_file 200\nslab_reclaimable 10\n");
    }

    @Test
    void pagesOfFilesAndWhatElseTheKernelCanTakeBackAreLeft() throws IOException {
        group();
        assertThat(left(MemoryFiles.VERSION_2, 500)).isEqualTo(410);
    }

    @Test
    void pagesOfThisProcessesOwnFilesAreNotLeft() throws IOException {
        long page = ProcessTable.KernelUnits.PAGE;
        write("memory.max", 100 * page + "\n");
        write("memory.current", 90 * page + "\n");
        write("memory.stat", "inactive_file " + 20 * page + "\nactive_file " + 30 * page + "\n");
        write("self/statm", "100 40 15 1 0 9 0\n");
        try (ContainerRoom room = new ContainerRoom(folder, MemoryFiles.VERSION_2, folder)) {
            assertThat(room.bytes(1000 * page)).isEqualTo((10 + 50 - 15) * page);
            // Some were taken back: it needs them again.
            write("self/statm", "100 40 5 1 0 9 0\n");
            assertThat(room.bytes(1000 * page)).isEqualTo((10 + 50 - 15) * page);
            write("memory.stat", "inactive_file 0\nactive_file " + 3 * page + "\n");
            assertThat(room.bytes(1000 * page)).isEqualTo(10 * page);
        }
    }

    @Test
    void whereEnoughIsLeftWithoutThemTheyAreNotCounted() throws IOException {
        group();
        assertThat(left(MemoryFiles.VERSION_2, 99)).isEqualTo(100);
    }

    @Test
    void whatMayBeSwappedIsLeftAsFarAsTheMachineHasRoomForIt() throws IOException {
        group();
        write("memory.swap.max", "max\n");
        write("memory.swap.current", "5000\n");
        write("meminfo", "MemTotal:       8000 kB\nSwapFree:          2 kB\n");
        assertThat(left(MemoryFiles.VERSION_2, 500)).isEqualTo(410 + 2048);
        write("memory.swap.max", "5020\n");
        assertThat(left(MemoryFiles.VERSION_2, 500)).isEqualTo(410 + 20);
        write("memory.swap.max", "0\n");
        assertThat(left(MemoryFiles.VERSION_2, 500)).isEqualTo(410);
    }

    @Test
    void theFirstVersionHasOtherNames() throws IOException {
        write("memory.limit_in_bytes", "1000\n");
        write("memory.usage_in_bytes", "900\n");
        write("memory.stat", "total_inactive_file 100\ntotal_active_file 50\n");
        assertThat(left(MemoryFiles.VERSION_1, 500)).isEqualTo(250);
    }

    @Test
    void aLimitThatIsTakenAwayLeavesMoreThanAnyoneTakes() throws IOException {
        group();
        write("memory.max", "max\n");
        assertThat(left(MemoryFiles.VERSION_2, 500)).isGreaterThan(1L << 60);
    }

    @Test
    void aGroupThatIsGoneIsAFault() {
        assertThatThrownBy(() -> left(MemoryFiles.VERSION_2, 0)).isInstanceOf(IOException.class);
    }
}
