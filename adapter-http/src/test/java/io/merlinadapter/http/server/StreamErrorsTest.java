package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.RawHttp2.Answer;
import io.merlinadapter.http.TestFront;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A malformed request is an error of its stream (RFC 9113, 5.1 and 8.1.1): the others of its connection go on. */
class StreamErrorsTest {
    private static final int CANCEL = 8;
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> GOOD =
            List.of(":method", "POST", ":scheme", "http", ":path", TestFront.PREDICT, ":authority", "a");

    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("connection", with("connection", "close")),
                arguments("te", with("te", "gzip")),
                arguments("transfer-encoding", with("transfer-encoding", "chunked")),
                arguments("upper case", with("X-Upper", "1")),
                arguments("empty path", replaced(":path", "")),
                arguments("pseudo header behind a regular one", with("a", "b", ":path", "/")),
                arguments("unknown pseudo header", with(":unknown", "1")),
                arguments("NUL in a value", with("x", "a\u0000b")),
                arguments("line break in a value", with("x", "a\r\nb")),
                arguments("two paths", with(":path", "/")),
                arguments("two methods", with(":method", "GET")),
                arguments("no path", without(":path")),
                arguments("no method", without(":method")),
                arguments("no scheme", without(":scheme")),
                arguments("two lengths", with("content-length", "2", "content-length", "3")),
                arguments("a length that is none", with("content-length", "two")),
                arguments("empty name", with("", "x")),
                arguments("too many headers", with("x", "y".repeat(70_000))));
    }

    private static String[] with(String... more) {
        List<String> all = new ArrayList<>(GOOD);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String[] replaced(String name, String value) {
        List<String> all = new ArrayList<>(GOOD);
        all.set(all.indexOf(name) + 1, value);
        return all.toArray(String[]::new);
    }

    private static String[] without(String name) {
        List<String> all = new ArrayList<>(GOOD);
        all.subList(all.indexOf(name), all.indexOf(name) + 2).clear();
        return all.toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void itsNeighboursAreAnsweredWhateverComesBehindIt(String what, String[] headers) throws Exception {
        front.predictor.holds = true;
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.post(1, "{\"slow\":1}");
            front.heldCall(0);
            caller.headers(3, false, headers).data(3, false, BODY).data(3, false, BODY);
            caller.windowUpdate(3, 100).data(3, true, BODY).reset(3, CANCEL);
            caller.headers(5, false, headers).data(5, true, BODY);

            assertThat(caller.get(7, "/").answer(7).status()).as(what).isEqualTo(200);
            front.heldCall(0).answer("{\"n\":1}");
            assertThat(caller.answer(1)).isEqualTo(new Answer(200, "{\"n\":1}"));
            assertThat(caller.resets(3)).as("resets").hasSize(1);
            assertThat(caller.hasGoAway()).isFalse();
        }
        assertThat(front.predictor.asked).hasValue(1);
    }

    @Test
    void aStreamTooManyIsRefusedAloneWhateverComesBehindIt() throws Exception {
        front.predictor.holds = true;
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1); // the limit has been read by now
            int last = 1 + 2 * ServerOptions.MAX_STREAMS;
            for (int stream = 3; stream <= last; stream += 2) {
                caller.post(stream, "{}");
            }
            front.heldCall(ServerOptions.MAX_STREAMS - 1);
            caller.post(last + 2, "{}").post(last + 4, "{}");
            assertThatThrownBy(() -> caller.answer(last + 4)).hasMessageContaining("REFUSED_STREAM");
            front.heldCall(0).answer("{\"n\":0}");
            assertThat(caller.answer(3)).isEqualTo(new Answer(200, "{\"n\":0}"));
            assertThat(caller.resets(last + 2)).hasSize(1);
            assertThat(caller.hasGoAway()).isFalse();
        }
        TestFront.until(() -> front.predictor.cancelled.get() == ServerOptions.MAX_STREAMS - 1);
        front.predictor.held.forEach(call -> call.answer("too late"));
    }

    @Test
    void whatIsIgnoredGivesItsCreditBack() throws Exception {
        byte[] frame = new byte[16_384];
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            for (int stream = 1; stream < 41; stream += 2) { // 20 MiB, more than twice the window of the connection
                caller.headers(stream, false, with("te", "gzip"));
                for (int i = 0; i < 64; i++) {
                    caller.data(stream, false, frame);
                }
            }
            assertThat(caller.post(41, "{}").answer(41)).isEqualTo(new Answer(200, "{}"));
            assertThat(caller.hasGoAway()).isFalse();
        }
    }

    @Test
    void whatItAddedToTheTableOfHeadersIsKnownAfterwards() throws Exception {
        ByteArrayOutputStream bad = new ByteArrayOutputStream();
        bad.writeBytes(RawHttp2.block(with("te", "gzip")));
        bad.write(0x40); // literal with indexing: the first of the dynamic table, 62
        bad.write(12);
        bad.writeBytes("x-request-id".getBytes(StandardCharsets.US_ASCII));
        bad.write(2);
        bad.writeBytes("me".getBytes(StandardCharsets.US_ASCII));
        byte[] good = RawHttp2.block(with());
        byte[] indexed = Arrays.copyOf(good, good.length + 1);
        indexed[good.length] = (byte) (0x80 | 62);
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.block(1, false, bad.toByteArray()).data(1, true, BODY);
            caller.block(3, false, indexed).data(3, true, BODY);

            assertThat(caller.answer(3)).isEqualTo(new Answer(200, "{}"));
        }
        assertThat(front.predictor.headers).containsEntry("x-request-id", "me");
    }

    @Test
    void trailersWithPseudoHeadersEndTheirStreamAlone() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.open(1).data(1, false, BODY).headers(1, true, ":path", "/");
            caller.open(3).data(3, false, BODY).headers(3, false, "a", "b").data(3, true, BODY);

            assertThat(caller.post(5, "{}").answer(5)).isEqualTo(new Answer(200, "{}"));
            assertThat(caller.hasGoAway()).isFalse();
        }
    }

    @Test
    void aFrameOfAStreamThatNeverWasStillEndsTheConnection() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1);
            caller.data(9, true, BODY);

            assertThat(caller.goAway()).isNotNegative();
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }
}
