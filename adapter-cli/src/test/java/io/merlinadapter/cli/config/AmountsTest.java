package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource({
        "30s, 30000",
        "500ms, 500",
        "5m, 300000",
        "1h, 3600000",
        "0, 0",
        "0s, 0",
        "2, 2000",
        "0.3s, 300",
        "0.3, 300",
        "1.5m, 90000",
        "0.001, 1",
        "10 s, 10000",
        "' 1S ', 1000",
        "007ms, 7",
        "0.25h, 900000"
    })
    void durationsAreUnderstood(String text, long millis) {
        assertThat(Amounts.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s",
                "ms",
                "-1s",
                "+1s",
                "1d",
                "1 s s",
                "1.2.3s",
                ".5s",
                "5.s",
                ".",
                "1e3",
                "0x10",
                "1,5s",
                "PT5S",
                "5min",
                "0.5ms",
                "1m30s",
                "٣s",
                "9999999999999999999s",
                "999999999999999999h",
                "NaN"
            })
    void anythingElseIsNoDuration(String text) {
        assertThat(Amounts.duration(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "1048576, 1048576",
        "1K, 1024",
        "1k, 1024",
        "1KiB, 1024",
        "16MiB, 16777216",
        "16m, 16777216",
        "1G, 1073741824",
        "2gib, 2147483648",
        "1.5K, 1536",
        "10 MiB, 10485760",
        "100B, 100"
    })
    void sizesAreUnderstood(String text, long bytes) {
        assertThat(Amounts.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "K",
                "-1",
                "1KB",
                "1MB",
                "1T",
                "0.5",
                "1.0001K",
                "1 0",
                "1e6",
                "99999999999999G",
                "1.K",
                "0b1"
            })
    void anythingElseIsNoSize(String text) {
        assertThat(Amounts.size(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"16MB, 16MiB", "512KB, 512KiB", "512 kb, 512KiB", "1.5gb, 1.5GiB"})
    void aDecimalUnitIsNoSizeButMayHaveMeantOne(String text, String meant) {
        assertThat(Amounts.size(text)).isNull();
        assertThat(Amounts.meantSize(text)).isEqualTo(meant);
        assertThat(Amounts.size(meant)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "16MiB", "MB", "1.MB", "1TB", "16", "1b", "x16MB"})
    void nothingElseIsGuessed(String text) {
        assertThat(Amounts.meantSize(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "300ms", "1500ms", "1s", "90s", "5m", "61m", "2h", "24h"})
    void aDurationIsShownAsItWouldBeWritten(String text) {
        assertThat(Amounts.show(Amounts.duration(text))).isEqualTo(text);
    }

    @Test
    void aSizeIsShownInTheLargestWholeUnit() {
        assertThat(Amounts.show(0)).isEqualTo("0 bytes");
        assertThat(Amounts.show(1023)).isEqualTo("1023 bytes");
        assertThat(Amounts.show(1536)).isEqualTo("1536 bytes");
        assertThat(Amounts.show(2048)).isEqualTo("2KiB");
        assertThat(Amounts.show(16L << 20)).isEqualTo("16MiB");
        assertThat(Amounts.show(3L << 30)).isEqualTo("3GiB");
    }
}
