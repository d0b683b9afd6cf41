package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReceptionTest {
    private static final int MIB = 1024 * 1024;

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

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void aBombEndsAtTheLimit(String encoding) throws Exception {
        try (TestFront front = TestFront.start()) {
            byte[] bomb = encoded(encoding, new byte[100 * MIB]);
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

    /** The body as a caller who sends this encoding would. */
    static byte[] encoded(String encoding, byte[] body) throws IOException {
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
