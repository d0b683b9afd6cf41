package io.merlinadapter.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptHeaderTest {
    private static final String OPEN = "application/openmetrics-text";
    private static final String TEXT = "text/plain";

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate, gzip", "br;q=1.0, GZIP;q=0.8", "gzip ; q=0.1", "*;q=0.5"})
    void aListWithGzipHasIt(String header) {
        assertThat(AcceptHeader.quality(header, "gzip")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "identity", "deflate", "gzip;q=0", "gzip; q=0.00", "x-gzips", "*;q=1, gzip;q=0", "gzip;q=x"})
    void aListWithoutOrAgainstItHasNot(String header) {
        assertThat(AcceptHeader.quality(header, "gzip")).isZero();
        assertThat(AcceptHeader.quality(null, "gzip")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                OPEN + " | true",
                "APPLICATION/OpenMetrics-Text | true",
                OPEN + ";version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | true",
                OPEN + ";q=0.5,text/plain;version=0.0.4;q=0.6 | false",
                OPEN + ";q=0 | false",
                OPEN + "; q=0, */* | false",
                TEXT + " | false",
                "*/* | false",
                "application/* | true",
                "text/html | false"
            })
    void theHeavierFormatIsPreferred(String accept, boolean openMetrics) {
        assertThat(AcceptHeader.prefers(accept, OPEN, TEXT)).isEqualTo(openMetrics);
        assertThat(AcceptHeader.prefers(null, OPEN, TEXT)).isFalse();
    }
}
