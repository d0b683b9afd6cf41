package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.TestFront;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @Test
    void headersOf60KibAreFine() throws Exception {
        HttpResponse<String> response = front.send(front.request("/").header("X-Large", "x".repeat(60 * 1024)));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void aFloodOfHeadersIsRefusedAndTheCallerReadsWhy() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\n");
            for (int i = 0; i < 2_000; i++) { // 2 MB
                caller.send("X-Flood-" + i + ": " + "x".repeat(1000) + "\r\n");
            }
            assertThat(caller.response()).startsWith("HTTP/1.1 431 ").contains("{\"error\":");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aLongUriIsRefused() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(caller.response()).contains(" 414 ").contains("{\"error\":");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "nonsense nonsense nonsense\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/7.3\r\n\r\n",
                "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"
            })
    void whatIsNotHttpGetsAnErrorOrIsClosedAndHarmsNothing(String garbage) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send(garbage);
            try {
                assertThat(caller.response()).matches("(?s)HTTP/\\d.\\d (4\\d\\d|50[15]) .*");
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?is).*(closed after|reset).*");
            }
        }
        assertThat(front.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void http10IsServedAndClosed() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(caller.response()).startsWith("HTTP/1.0 200 OK").endsWith("{}");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aRefusalWithASmallBodyKeepsTheConnection() throws Exception {
        try (RawCaller caller = front.raw()) {
            String other = "POST /v1/models/other:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
            caller.send(other);
            assertThat(caller.response()).startsWith("HTTP/1.1 404 ").doesNotContainIgnoringCase("connection: close");
            caller.send("0123456789");
            assertThat(caller.post("", "{}").response()).startsWith("HTTP/1.1 200 ");
        }
    }
}
