package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuLimitTest {
    @TempDir
    Path tree;

    @ParameterizedTest
    @CsvSource({
        "200000, 100000, 2",
        "150000, 100000, 2",
        "50000, 100000, 1",
        "max, 100000, 0",
        "-1, 100000, 0",
        "7, x, 0"
    })
    void itIsReadInEitherVersion(String quota, String period, int processors) throws IOException {
        assertThat(CpuLimit.of(tree)).isZero();

        Path version1 = Files.createDirectory(tree.resolve("cpu"));
        Files.writeString(version1.resolve("cpu.cfs_quota_us"), quota + "\n");
        Files.writeString(version1.resolve("cpu.cfs_period_us"), period + "\n");
        assertThat(CpuLimit.of(tree)).isEqualTo(processors);

        Files.delete(version1.resolve("cpu.cfs_quota_us"));
        Files.writeString(tree.resolve("cpu.max"), quota + " " + period + "\n");
        assertThat(CpuLimit.of(tree)).isEqualTo(processors);
    }
}
