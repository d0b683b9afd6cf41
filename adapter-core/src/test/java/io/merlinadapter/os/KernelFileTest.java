package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFileTest {
    @TempDir
    Path folder;

    @Test
    void eachLookReadsTheNumbersAnew() throws IOException {
        Path file = Files.writeString(folder.resolve("statm"), "120 34 5 0\n");
        try (KernelFile statm = new KernelFile(file)) {
            statm.look();
            assertThat(statm.number(0)).hasValue(120);
            assertThat(statm.number(2)).hasValue(5);
            assertThat(statm.number(3)).hasValue(0);
            assertThat(statm.number(4)).isEmpty();
            Files.writeString(file, "7\n");
            assertThat(statm.look().number(0)).hasValue(7);
            assertThat(statm.number(1)).isEmpty();
        }
    }

    @Test
    void aWordIsNoNumber() throws IOException {
        Path file = Files.writeString(folder.resolve("memory.max"), "max\n");
        try (KernelFile limit = new KernelFile(file)) {
            assertThat(limit.look().number(0)).isEmpty();
        }
    }

    @Test
    void anEntryIsFoundByAllOfItsNameAtTheBeginningOfALine() throws IOException {
        Path file =
                Files.writeString(folder.resolve("memory.stat"), "inactive_file 3\nactive_file 20\nSwapFree:   9 kB");
        try (KernelFile stat = new KernelFile(file)) {
            stat.look();
            assertThat(stat.entry("active_file ")).isEqualTo(20);
            assertThat(stat.entry("inactive_file ")).isEqualTo(3);
            assertThat(stat.entry("SwapFree:")).isEqualTo(9);
            assertThat(stat.entry("anon ")).isZero();
            assertThat(stat.entry("active_file 20\nSwapFree:   9 kB and more")).isZero();
        }
    }
}
