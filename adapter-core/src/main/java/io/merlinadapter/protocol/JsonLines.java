package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code json} format: a request line is the caller's body, a reply line is the response body, and order is the only
 * link between them.
 */
public final class JsonLines implements Format {
    private static final Message NOT_UTF8 = new Message.Unusable(
            Message.NEXT, "the program's reply is not UTF-8; have it write UTF-8, or escape as \\uXXXX");

    private static final byte[] NOTHING = {};

    private final ReplyKind kind;
    private final NanPolicy nan;

    public JsonLines(ReplyKind kind, NanPolicy nan) {
        this.kind = kind;
        this.nan = nan;
    }

    /** Which JSON values are replies. */
    public enum ReplyKind {
        /** Objects; any other value on stdout is the program's own output. */
        OBJECT,
        /** Any JSON value. */
        ANY
    }

    /** What becomes of NaN and Infinity in a reply, which JSON does not have. */
    public enum NanPolicy {
        /** The reply can't be used. */
        FAIL,
        /** They become null. */
        NULL
    }

    @Override
    public Body accept(Body body) {
        return CallerBody.accept(body);
    }

    @Override
    public byte[] particulars(PredictRequest request) {
        return NOTHING;
    }

    @Override
    public ByteBuffer[] request(long id, byte[] particulars, Body body, long timeoutMillis) {
        return new ByteBuffer[] {ByteBuffer.wrap(body.bytes(), body.offset(), body.length())};
    }

    @Override
    public boolean hasIds() {
        return false;
    }

    @Override
    public @Nullable ByteBuffer greeting(long id, int worker) {
        return null;
    }

    @Override
    public Capabilities capabilities(byte[] bytes, int offset, int length) {
        return Capabilities.LEAST;
    }

    @Override
    public ByteBuffer cancellation(long id) {
        throw new UnsupportedOperationException("bare JSON lines have no numbers");
    }

    @Override
    public @Nullable Message read(byte[] bytes, int offset, int length) {
        int start = JsonText.firstInk(bytes, offset, length);
        int end = JsonText.lastInk(bytes, start, offset + length);
        if (start == end || !mayStart(bytes[start]) || JsonText.looksWide(bytes, start, end - start)) {
            return null;
        }
        if (Utf8.firstFault(bytes, start, end - start) >= 0) {
            return bytes[start] == '{' && bytes[end - 1] == '}' ? NOT_UTF8 : null;
        }
        return readValue(bytes, start, end - start);
    }

    private @Nullable Message readValue(byte[] bytes, int start, int length) {
        try (ReplyScan scan = new ReplyScan(bytes, start, length)) {
            if (!scan.isOneValue()) {
                return null;
            }
            if (!scan.nonFinites().isEmpty()) {
                return nan == NanPolicy.NULL
                        ? scan.withNulls()
                        : new Message.Unusable(Message.NEXT, scan.nonFinites().complaint());
            }
            Message failure = scan.failure();
            return failure != null ? failure : new Message.Reply(Message.NEXT, bytes, start, length);
        } catch (StreamConstraintsException e) {
            return new Message.Unusable(Message.NEXT, "the program's reply can't be used: " + JsonText.describe(e));
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String hint(byte[] bytes, int offset, int length) {
        return Hints.about(bytes, offset, length);
    }

    @Override
    public Skim skim() {
        return new HeadSkim() {
            @Override
            public @Nullable Message end(long total, String limit) {
                byte[] head = head();
                int at = JsonText.firstInk(head, 0, head.length);
                return at < head.length && mayStart(head[at])
                        ? new Message.Unusable(Message.NEXT, JsonText.tooLong(total, limit))
                        : null;
            }
        };
    }

    private boolean mayStart(byte b) {
        return b == '{' || (kind == ReplyKind.ANY && ReplyScan.startsValue(b));
    }
}
