package io.merlinadapter.json;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;

/**
 * Makes one line of what a caller sends. White space may be line breaks, and strings may have characters beyond ASCII at
 * which some readers end a line (Node's readline at U+2028 and U+2029, Python's codecs at U+0085, too). A body with one of
 * these would be two lines to such a program, and its two answers would shift all later ones. Valid JSON has them inside
 * strings only, where an escape says the same.
 */
public final class JsonLine {
    /** The length of the largest array that every Java makes. */
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;

    private static final byte[] NEXT_LINE = "\\u0085".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE = "\\u2028".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARAGRAPH = "\\u2029".getBytes(StandardCharsets.US_ASCII);

    private JsonLine() {}

    /**
     * The same JSON on one line, without a byte order mark: most often the body itself, changed in place. The given body is
     * used up, also if this throws. Any thread.
     *
     * @throws PredictException INVALID_REQUEST, with where and why, if it is not one JSON value in UTF-8; OVERLOADED, if there
     *     is no memory for a longer one
     */
    public static Body of(Body body) {
        int from = body.offset() + Utf8.markLength(body.bytes(), body.offset(), body.length());
        int to = body.offset() + body.length();
        JsonScanner scanner = new JsonScanner(body.bytes(), from, to, body.offset(), false);
        try {
            scanner.checkAll();
        } catch (JsonException e) {
            String why = FormBody.explain(e, body.bytes(), from, to);
            body.release();
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST, "the request body must be one JSON value in UTF-8, but " + why);
        }
        Body line = from == body.offset() ? body : body.part(from, to - from);
        if (scanner.firstLineBreak() >= 0) {
            blank(line.bytes(), scanner.firstLineBreak(), scanner.lastLineBreak());
        }
        return scanner.separatorGrowth() == 0 ? line : escaped(line, line.length() + (long) scanner.separatorGrowth());
    }

    /** Valid JSON has no raw line break inside strings, so each of them is white space. */
    private static void blank(byte[] bytes, int first, int last) {
        for (int i = first; i <= last; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
    }

    private static Body escaped(Body body, long size) {
        if (size > LARGEST_ARRAY || !body.payForMore((int) size)) {
            body.release();
            throw PredictException.comeBack(
                    FailureKind.OVERLOADED, "no memory to escape the request's U+0085, U+2028 and U+2029", 1);
        }
        byte[] bytes = body.bytes();
        byte[] longer = new byte[(int) size];
        int end = body.offset() + body.length();
        int copied = body.offset();
        int to = 0;
        for (int i = copied; i < end; i++) {
            int length = bytes[i] < 0 ? separatorLength(bytes, i, end) : 0;
            if (length > 0) {
                System.arraycopy(bytes, copied, longer, to, i - copied);
                to += i - copied;
                System.arraycopy(escape(bytes, i), 0, longer, to, JsonScanner.ESCAPE);
                to += JsonScanner.ESCAPE;
                copied = i + length;
                i = copied - 1;
            }
        }
        System.arraycopy(bytes, copied, longer, to, end - copied);
        return body.replacedBy(longer);
    }

    private static int separatorLength(byte[] bytes, int i, int end) {
        int length = bytes[i] == (byte) 0xc2 ? 2 : 3;
        return i + length <= end && Utf8.isLineEnd(bytes, i, length) ? length : 0;
    }

    private static byte[] escape(byte[] bytes, int i) {
        return bytes[i] == (byte) 0xc2 ? NEXT_LINE : bytes[i + 2] == (byte) 0xa8 ? LINE : PARAGRAPH;
    }
}
