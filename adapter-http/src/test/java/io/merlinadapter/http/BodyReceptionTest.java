package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Health;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReceptionTest {
    private static final int MIB = 1024 * 1024;

    @TempDir
    private Path folder;

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
    @ValueSource(booleans = {true, false})
    void aHundredMegabytesAreRefusedAndTheCallerReadsWhy(boolean declared) throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(30), 16 * MIB);
                RawCaller caller = front.raw()) {
            int size = 100 * MIB;
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\n"
                    + (declared ? "Content-Length: " + size : "Transfer-Encoding: chunked") + "\r\n\r\n");
            byte[] piece = new byte[MIB];
            for (int sent = 0; sent < size; sent += MIB) { // never reads while it writes
                if (!declared) {
                    caller.send("100000\r\n");
                }
                caller.send(piece);
                if (!declared) {
                    caller.send("\r\n");
                }
                assertThat(front.budget.used()).isLessThanOrEqualTo(32L * MIB);
            }
            if (!declared) {
                caller.send("0\r\n\r\n");
            }

            assertThat(caller.response())
                    .startsWith("HTTP/1.1 413 ")
                    .containsIgnoringCase("connection: close")
                    .contains("{\"error\":");
            assertThat(caller.isClosedByServer()).isTrue();
            front.budgetComesBack();
            assertThat(front.counted.ends).containsExactly("HTTP_JSON 413 REJECTED");
        }
    }

    @Test
    void aCallerWhoNeverStopsSendingIsCutOff() throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(30), 64 * 1024);
                RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            long sent = 0;
            try {
                for (; sent < 200L * MIB; sent += piece.length) {
                    caller.send(piece);
                }
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
            assertThat(sent).isLessThan(100L * MIB);
        }
    }

    @Test
    void aBodyThatStopsArrivingIsTimedOut() throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(30), MIB);
                RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
                    + "X-Request-Timeout-Ms: 200\r\n\r\n{\"a\"");
            long began = System.nanoTime();

            assertThat(caller.response())
                    .startsWith("HTTP/1.1 408 ")
                    .containsIgnoringCase("connection: close")
                    .contains("had not arrived after 200 ms (4 bytes received)");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
            assertThat(caller.isClosedByServer()).isTrue();
            front.budgetComesBack();
            assertThat(front.counted.ends).containsExactly("HTTP_JSON 408 TIMEOUT");
        }
    }

    @Test
    void aRequestWithoutMemoryToReceiveItIsOverload() throws Exception {
        try (TestFront front = TestFront.withMemory(100_000)) {
            HttpResponse<String> response = front.post(TestFront.PREDICT, "x".repeat(200_000));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).hasValue("1");
            assertThat(response.body()).contains("no memory");
            front.budgetComesBack();
            assertThat(front.post(TestFront.PREDICT, "{}").statusCode()).isEqualTo(200);
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "raw deflate"})
    void encodedBodiesAreDecoded(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            String body = "{\"a\":[" + "1,".repeat(5_000) + "2]}";
            Path file = Files.write(folder.resolve("body"), encoded(encoding, body.getBytes(StandardCharsets.UTF_8)));
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
    @ValueSource(strings = {"gzip", "deflate"})
    void aBombEndsAtTheLimit(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            byte[] bomb = encoded(encoding, new byte[500 * MIB]);
            assertThat(bomb.length).isLessThan(MIB);
            HttpResponse<String> response = front.send(front.request(TestFront.PREDICT)
                    .header("Content-Encoding", encoding)
                    .POST(BodyPublishers.ofByteArray(bomb)));

            assertThat(response.statusCode()).isEqualTo(413);
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void brokenEncodedDataIsTheCallersFault(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            byte[] good = encoded(encoding, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
            byte[] truncated = java.util.Arrays.copyOf(good, good.length / 2);
            for (byte[] bad : new byte[][] {"nonsense".getBytes(StandardCharsets.UTF_8), truncated, {}, {31}}) {
                HttpResponse<String> response = front.send(front.request(TestFront.PREDICT)
                        .header("Content-Encoding", encoding)
                        .POST(BodyPublishers.ofByteArray(bad)));

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body()).contains("not valid " + encoding);
            }
            front.budgetComesBack();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "snappy", "gzip, gzip", "compress"})
    void otherEncodingsAreUnsupportedAndTheCallerToldWhichAre(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            HttpResponse<String> response = front.send(front.request(TestFront.PREDICT)
                    .header("Content-Encoding", encoding)
                    .POST(BodyPublishers.ofString("{}")));

            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(response.body())
                    .isEqualTo(
                            "{\"error\":\"Content-Encoding: " + encoding + " (expected: gzip, deflate or identity)\"}");
            assertThat(front.counted.ends).containsExactly("HTTP_JSON 415 FAILURE");
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

    private static byte[] encoded(String encoding, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (encoding) {
            case "deflate" -> new DeflaterOutputStream(bytes);
            case "raw deflate" -> new DeflaterOutputStream(bytes, new Deflater(9, true));
            default -> new GZIPOutputStream(bytes);
        }) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
