package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Health;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What curl sends and expects, over HTTP/1.1 and HTTP/2 with and without an upgrade. */
class CurlIT {
    private static final int MIB = 1024 * 1024;

    private final TestFront front = TestFront.start();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @Test
    void aFloodOfHeadersOverHttp2IsRefused() throws Exception {
        Curl curl = Curl.run("--http2-prior-knowledge", "-H", "X-Large: " + "x".repeat(70_000), front.url("/"));

        assertThat(curl.out())
                .satisfiesAnyOf(
                        out -> assertThat(out).contains("HTTP/2 431"),
                        out -> assertThat(curl.exit()).isNotZero());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2-prior-knowledge", "--http2"})
    void http2IsServedByPriorKnowledgeAndByUpgrade(String version) throws Exception {
        Curl predict = Curl.run(version, "-d", "{\"a\":1}", front.url(TestFront.PREDICT));
        assertThat(predict.out()).contains("HTTP/2 200").endsWith("{\"a\":1}");
        Curl get = Curl.run(version, front.url("/v1/models"));
        assertThat(get.out()).contains("HTTP/2 200").endsWith("{\"models\":[\"surge-7-r2\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2-prior-knowledge", "--http2"})
    void newHttp2CallersAreServedByPriorKnowledgeAndByUpgrade(String version) throws Exception {
        front.front.announceStop();

        assertThat(Curl.run(version, "-d", "{\"a\":1}", front.url(TestFront.PREDICT))
                        .out())
                .contains("HTTP/2 200")
                .endsWith("{\"a\":1}");
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

    @Test
    void headHasNoBodyOverHttp2Either() throws Exception {
        Curl curl = Curl.run("--http2-prior-knowledge", "-I", front.url("/v1/models"));

        assertThat(curl.exit()).isZero();
        assertThat(curl.out()).startsWith("HTTP/2 200").contains("content-length: 25");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 65_535, 65_536, 65_537, 300_000, MIB})
    void bodiesUpToTheLimitArriveUnchanged(int size) throws Exception {
        try (TestFront front = TestFront.start()) {
            String body = size == 1 ? "1" : '"' + "x".repeat(size - 2) + '"';
            assertThat(front.post(TestFront.PREDICT, body).body()).isEqualTo(body);

            Path file = Files.writeString(folder.resolve("body"), body);
            assertThat(upgrading(front, body)).isEqualTo(body);
            for (String version : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
                for (String length : new String[] {"A: b", "Transfer-Encoding: chunked"}) {
                    Curl curl = Curl.run(
                            version,
                            "-H",
                            length,
                            "-H",
                            "Expect:",
                            "--data-binary",
                            "@" + file,
                            front.url(TestFront.PREDICT));
                    assertThat(curl.out()).contains(" 200").endsWith("\r\n\r\n" + body);
                }
            }
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge", "--http2"})
    void aBodyOverTheLimitIsTooLargeDeclaredOrNot(String version) throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(30), 1000)) {
            Path file = Files.writeString(folder.resolve("body"), "x".repeat(1001));
            for (String length : new String[] {"A: b", "Transfer-Encoding: chunked"}) {
                Curl curl = Curl.run(version, "-H", length, "--data-binary", "@" + file, front.url(TestFront.PREDICT));
                assertThat(curl.out()).contains(" 413").contains("{\"error\":\"the request body has 1001 bytes");
            }
            assertThat(front.counted.ends).containsExactly("HTTP_JSON 413 REJECTED", "HTTP_JSON 413 REJECTED");
            assertThat(front.counted.failures).containsOnly(FailureKind.TOO_LARGE);
            assertThat(front.predictor.asked).hasValue(0);
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "raw deflate"})
    void encodedBodiesAreDecoded(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            String body = "{\"a\":[" + "1,".repeat(5_000) + "2]}";
            Path file = Files.write(
                    folder.resolve("body"), BodyReceptionTest.encoded(encoding, body.getBytes(StandardCharsets.UTF_8)));
            for (String version : new String[] {"--http1.1", "--http2-prior-knowledge", "--http2"}) {
                Curl curl = Curl.run(
                        version,
                        "-H",
                        "Content-Encoding: " + encoding.replace("raw ", ""),
                        "--data-binary",
                        "@" + file,
                        front.url(TestFront.PREDICT));
                assertThat(curl.out()).contains(" 200").endsWith("\r\n\r\n" + body);
            }
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void aBodyThatIsWelcomeIsAskedFor(String version) throws Exception {
        try (TestFront front = TestFront.start()) {
            Curl curl =
                    Curl.run(version, "-H", "Expect: 100-continue", "-d", "{\"a\":1}", front.url(TestFront.PREDICT));

            assertThat(curl.out()).contains(" 100").contains(" 200").endsWith("{\"a\":1}");
            front.budgetComesBack();
        }
    }

    @Test
    void aBodyThatIsNotWelcomeIsNotAskedFor() throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(30), 10)) {
            String ours = front.url(TestFront.PREDICT);
            assertThat(expecting(ours, "12345678901")).contains(" 413 ").doesNotContain(" 100 ");
            assertThat(expecting(front.url("/v1/models/other:predict"), "{}"))
                    .contains(" 404 ")
                    .doesNotContain(" 100 ");
            assertThat(expecting(front.url("/nowhere"), "{}")).contains(" 404 ").doesNotContain(" 100 ");
            front.predictor.health = Health.notReady("no worker yet");
            assertThat(expecting(ours, "{}"))
                    .contains(" 503 ")
                    .contains("no worker yet")
                    .containsIgnoringCase("retry-after: 1")
                    .doesNotContain(" 100 ");
            assertThat(front.predictor.asked).hasValue(0);
        }
    }

    /** Java's client upgrades; curl does too, but can't take a long answer to it. */
    private static String upgrading(TestFront front, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        front.request(TestFront.PREDICT)
                                .version(HttpClient.Version.HTTP_2)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return response.body();
    }

    private static String expecting(String url, String body) throws IOException, InterruptedException {
        Curl curl = Curl.run("--http1.1", "-H", "Expect: 100-continue", "-d", body, url);
        assertThat(curl.exit()).isZero();
        assertThat(curl.out()).containsIgnoringCase("connection: close");
        return curl.out();
    }
}
