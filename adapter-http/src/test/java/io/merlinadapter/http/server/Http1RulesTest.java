package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.TestFront;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9112 has a server refuse, and how: with an answer, and then no more of the connection. */
class Http1RulesTest {
    private static final String SMUGGLED =
            "POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{\"smuggled\":1}";

    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    private void refuses(String request, int status) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send(request);
            assertThat(caller.response())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsOnlyOnce("connection: close")
                    .contains("{\"error\":\"");
            assertThat(caller.isClosedByServer()).isTrue();
        }
        assertThat(front.predictor.asked).hasValue(0);
        assertThat(front.get("/").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xchunked | 400",
                "gzip | 400",
                "identity | 400",
                "\"chunked\" | 400",
                "chunked;q=1 | 400",
                "cow | 400",
                "chunked, gzip | 400",
                "chunked, chunked | 400",
                "chunked, | 400",
                "gzip, chunked | 501",
                "cow, chunked | 501"
            })
    void aBodyInAnotherTransferCodingThanChunkedIsRefused(String coding, int status) throws Exception {
        refuses("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n" + SMUGGLED, status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", " chunked "})
    void aChunkedBodyIsReadWhateverItsCase(String coding) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding
                    + "\r\n\r\n2;ext=\"1\"\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").endsWith("{}");
            assertThat(caller.post("", "{\"a\":1}").response()).endsWith("{\"a\":1}");
        }
    }

    @Test
    void transferEncodingOverHttp10IsRefused() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            assertThat(caller.response()).contains(" 400 ").contains("{\"error\":\"");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "Host: a, b\r\n"})
    void aRequestNamesOneHost(String hosts) throws Exception {
        refuses("GET / HTTP/1.1\r\n" + hosts + "\r\n", 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"
            })
    void otherHostsAreFine(String request) throws Exception {
        try (RawCaller caller = front.raw()) {
            assertThat(caller.send(request).response()).contains(" 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/1.9", "HTTP/7.3", "HTTP/0.9"})
    void anotherVersionIsRefused(String version) throws Exception {
        refuses("GET / " + version + "\r\nHost: a\r\n\r\n", 505);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n",
                "ffffffffffffffff\r\n",
                "-1\r\n{}\r\n",
                "0x7\r\n{}\r\n",
                "2\r\n{}xx\r\n0\r\n\r\n",
                "2\r\n{}0\r\n\r\n",
                "\r\n",
                "2\n{}\n0\n\n"
            })
    void aBodyInBrokenChunksIsAnswered(String body) throws Exception {
        refuses(
                "POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                        + SMUGGLED,
                400);
    }

    @Test
    void brokenChunksThatComeLateAreAnsweredToo() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT
                    + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
            TestFront.until(() -> front.budget.used() > 0);
            caller.send("nonsense\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 400 ").contains("well-formed chunks");
            assertThat(caller.isClosedByServer()).isTrue();
        }
        assertThat(front.predictor.asked).hasValue(0);
    }

    @Test
    void trailersThatAreTooLongAreAnswered() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\n{}\r\n0\r\nX: " + "y".repeat(100_000) + "\r\n\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 400 ").contains("{\"error\":\"");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void brokenChunksOfABodyThatNobodyReadsAreAnsweredOnce() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 4");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%%%", "AAA"})
    void anUpgradeWithBrokenSettingsIsRefusedAndClosed(String settings) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: " + settings + "\r\n\r\n");
            assertThat(caller.head()).startsWith("HTTP/1.1 400 ").contains("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aLargeBodyWithManyLittleChunksArrivesWhole() throws Exception {
        StringBuilder chunks = new StringBuilder();
        String text = "\"" + "x".repeat(99_998) + "\"";
        for (int at = 0; at < text.length(); at += 10) {
            chunks.append("a\r\n").append(text, at, at + 10).append("\r\n");
        }
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            caller.send(chunks.append("0\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            caller.get("/");
            assertThat(caller.response()).endsWith(text);
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
        }
    }
}
