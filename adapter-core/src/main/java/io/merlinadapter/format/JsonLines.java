package io.merlinadapter.format;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code json} format: a request line is the caller's body, a reply line is the response body, and order is the only
 * link between them.
 */
public final class JsonLines implements Format {
    private static final Message NOT_UTF8 =
            new Message.Unusable("the program's reply is not UTF-8; have it write UTF-8, or escape as \\uXXXX");

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
        byte[] bytes = body.bytes();
        int mark = markLength(body);
        int start = body.offset() + mark;
        int length = body.length() - mark;
        int bad = Utf8.firstFault(bytes, start, length);
        if (bad >= 0) {
            throw invalid("byte " + (bad - body.offset()) + " is not UTF-8");
        }
        if (JsonText.looksWide(bytes, start, length)) {
            throw invalid("it looks like UTF-16 or UTF-32");
        }
        String fault = JsonText.fault(bytes, start, length);
        if (!fault.isEmpty()) {
            throw invalid(fault);
        }
        // Last, because whoever gave the body keeps the duty to release it if this throws.
        return oneLine(mark == 0 ? body : body.part(start, length));
    }

    private static int markLength(Body body) {
        byte[] b = body.bytes();
        int o = body.offset();
        boolean marked =
                body.length() >= 3 && b[o] == (byte) 0xef && b[o + 1] == (byte) 0xbb && b[o + 2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }

    /** Valid JSON has no raw line break inside strings, so each of them is white space. */
    private static Body oneLine(Body body) {
        byte[] bytes = body.bytes();
        int end = body.offset() + body.length();
        for (int i = body.offset(); i < end; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
        return body;
    }

    private static PredictException invalid(String why) {
        return PredictException.of(
                FailureKind.INVALID_REQUEST, "the request body must be one JSON value in UTF-8, but " + why);
    }

    @Override
    public @Nullable Message read(byte[] bytes, int offset, int length) {
        int start = offset;
        int end = offset + length;
        while (end > start && blank(bytes[end - 1])) {
            end--;
        }
        while (start < end && blank(bytes[start])) {
            start++;
        }
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
            if (scan.nonFinite() != null) {
                return nan == NanPolicy.NULL ? scan.withNulls() : new Message.Unusable(scan.nameNonFinite());
            }
            Message failure = scan.failure();
            return failure != null ? failure : new Message.Reply(bytes, start, length);
        } catch (StreamConstraintsException e) {
            return new Message.Unusable("the program's reply can't be used: " + JsonText.describe(e));
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String hint(byte[] bytes, int offset, int length) {
        return Hints.about(bytes, offset, length);
    }

    @Override
    public @Nullable Message readCut(byte[] head, long total, String limit) {
        for (byte b : head) {
            if (!blank(b)) {
                return mayStart(b)
                        ? new Message.Unusable("the program's reply of " + total + " bytes is larger than " + limit)
                        : null;
            }
        }
        return null;
    }

    private boolean mayStart(byte b) {
        return b == '{' || (kind == ReplyKind.ANY && ReplyScan.startsValue(b));
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
