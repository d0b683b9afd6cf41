package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsRouteTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2", "--http2-prior-knowledge"})
    void thePageIsCompressedForThoseWhoCanReadThat(String version) throws Exception {
        Curl zipped = Curl.run(version, "-i", "--compressed", front.url("/metrics"));

        assertThat(zipped.exit()).isZero();
        assertThat(zipped.out())
                .containsIgnoringCase("content-encoding: gzip")
                .containsIgnoringCase("vary: Accept, Accept-Encoding")
                .contains("up 1 # ");
    }

    @Test
    void itIsPlainForEverybodyElse() throws Exception {
        assertThat(Curl.run("-i", front.url("/metrics")).out())
                .doesNotContainIgnoringCase("content-encoding")
                .contains("up 1 # ");
    }

    @Test
    void nothingElseIsEverCompressed() throws Exception {
        assertThat(Curl.run("-i", "--compressed", front.url("/v1/models")).out())
                .doesNotContainIgnoringCase("content-encoding");
    }

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
