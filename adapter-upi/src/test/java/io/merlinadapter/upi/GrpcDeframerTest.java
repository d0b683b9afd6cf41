package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcDeframerTest {
    private final MemoryBudget budget = new MemoryBudget(20_000);
    private final List<String> messages = new ArrayList<>();
    private final List<GrpcDeframer> made = new ArrayList<>();
    private final GrpcDeframer plain = deframer(BodyEncoding.IDENTITY);

    private GrpcDeframer deframer(BodyEncoding encoding) {
        made.add(new GrpcDeframer(budget, encoding));
        return made.get(made.size() - 1);
    }

    /** All of it, message by message. */
    private void add(GrpcDeframer deframer, Buffer data) {
        deframer.add(data);
        for (byte[] next = deframer.next(); next != null; next = deframer.next()) {
            messages.add(text(next));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Buffer frame(String text) {
        return Buffer.buffer(GrpcPrefix.before(text.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void nothingStaysPaidFor() {
        made.forEach(GrpcDeframer::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void messagesOfOneReadAreFoundInOrder() {
        add(plain, frame("one").appendBuffer(frame("")).appendBuffer(frame("three")));
        assertThat(messages).containsExactly("one", "", "three");
        assertThat(plain.hasMore()).isFalse();
    }

    @Test
    void aMessageMayComeByteByByte() {
        Buffer bytes = frame("one").appendBuffer(frame("two"));
        for (int i = 0; i < bytes.length(); i++) {
            add(plain, bytes.getBuffer(i, i + 1));
        }
        assertThat(messages).containsExactly("one", "two");
    }

    @Test
    void whatIsIncompleteIsKnownToBe() {
        add(plain, frame("one").getBuffer(0, 3));
        assertThat(plain.hasMore()).isTrue();
        add(plain, frame("one").getBuffer(3, 7));
        assertThat(plain.hasMore()).isTrue();
        assertThat(messages).isEmpty();
        assertThat(budget.used()).isBetween(3L, 256L);
    }

    @Test
    void aCompressedMessageIsInflated() throws IOException {
        Buffer bytes = compressed("small".repeat(100));
        add(deframer(BodyEncoding.GZIP), bytes.appendBuffer(frame("plain")));
        assertThat(messages).containsExactly("small".repeat(100), "plain");
    }

    @Test
    void aMessageThatUnfoldsBeyondTheLimitIsRefused() throws IOException {
        Buffer bomb = compressed("x".repeat(GrpcDeframer.LARGEST + 1));
        refuses(FailureKind.TOO_LARGE, () -> add(deframer(BodyEncoding.GZIP), bomb));
    }

    private static Buffer compressed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Buffer.buffer(GrpcPrefix.before(out.toByteArray())).setByte(0, (byte) 1);
    }

    @Test
    void aMessageOverTheLimitIsRefusedByItsPrefix() {
        Buffer prefix = Buffer.buffer().appendByte((byte) 0).appendInt(GrpcDeframer.LARGEST + 1);
        refuses(FailureKind.TOO_LARGE, () -> add(plain, prefix));
        Buffer huge = Buffer.buffer().appendByte((byte) 0).appendInt(-1);
        refuses(FailureKind.TOO_LARGE, () -> add(deframer(BodyEncoding.IDENTITY), huge));
    }

    @Test
    void aMessageForWhichThereIsNoMemoryIsRefused() {
        budget.reserve(19_990);
        refuses(FailureKind.OVERLOADED, () -> add(plain, frame("12345678901")));
        budget.release(19_990);
    }

    @Test
    void flagsThatMakeNoSenseAreRefused() {
        refuses(FailureKind.INVALID_REQUEST, () -> add(plain, frame("x").setByte(0, (byte) 2)));
        refuses(
                FailureKind.INVALID_REQUEST,
                () -> add(deframer(BodyEncoding.IDENTITY), frame("x").setByte(0, (byte) 1)));
    }

    private static void refuses(FailureKind kind, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        PredictException.class, why -> assertThat(why.kind()).isEqualTo(kind));
    }

    @Test
    void nothingIsLeftWhenItIsClosed() {
        plain.add(frame("one")
                .appendBuffer(frame("two"))
                .appendBuffer(frame("three").getBuffer(0, 6)));
        assertThat(text(plain.next())).isEqualTo("one");
        plain.close();
        assertThat(plain.next()).isNull();
        assertThat(plain.hasMore()).isFalse();
    }
}
