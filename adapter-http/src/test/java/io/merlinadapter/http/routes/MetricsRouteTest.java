package io.merlinadapter.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsRouteTest {
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate, gzip", "br;q=1.0, GZIP;q=0.8", "gzip ; q=0.1"})
    void aListWithGzipHasIt(String header) {
        assertThat(MetricsRoute.readsGzip(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "deflate", "gzip;q=0", "gzip; q=0.00", "x-gzips"})
    void aListWithoutOrAgainstItHasNot(String header) {
        assertThat(MetricsRoute.readsGzip(header)).isFalse();
        assertThat(MetricsRoute.readsGzip(null)).isFalse();
    }
}
