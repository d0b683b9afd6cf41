package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known faults of the libraries that face the network. Netty 4.2.13 takes one request for two in all six cases below. */
class AdvisoriesTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void close() {
        front.close();
    }

    /** Three times as many as are allowed at once. */
    private static final int STREAMS = 3_000;

    /** CVE-2026-47244: Netty 4.2.13 allows any number until the caller acknowledges the settings, and leaves them all open. */
    @Test
    void aCallerThatNeverAcknowledgesTheSettingsGetsNoMoreStreamsThanOthers() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            int last = 2 * STREAMS - 1;
            for (int stream = 1; stream <= last; stream += 2) {
                caller.open(stream);
            }
            assertThatThrownBy(() -> caller.answer(last)).hasMessage("stream " + last + " was reset: REFUSED_STREAM");
        }
        try (RawHttp2 honest = new RawHttp2(front.port())) {
            assertThat(honest.get(1, "/").answer(1).status()).isEqualTo(200);
        }
    }

    /** RFC 9112, 6.3: where the last coding is not chunked, nobody can tell where the body ends. */
    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "gzip", "identity", "\"chunked\"", "chunked;q=1", "cow"})
    void aRequestWhoseEndCanNotBeToldIsNotTakenForTwo(String coding) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + "\r\n\r\n" + "POST "
                    + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{\"smuggled\":1}");
            assertThat(caller.response()).startsWith("HTTP/1.1 400");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }
}
