package io.merlinadapter.protocol;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;

/**
 * The characters beyond ASCII at which some readers end a line (Node's readline at U+2028 and U+2029, Python's codecs at
 * U+0085, too). A body with one of them would be two lines to such a program, and its two answers would shift all later
 * ones. Valid JSON has them inside of strings only, where an escape says the same.
 */
final class LineEnds {
    private static final byte[] NEXT_LINE = "\\u0085".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE = "\\u2028".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARAGRAPH = "\\u2029".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = {};

    private LineEnds() {}

    /**
     * The same JSON without any; the body itself where there are none, as nearly always. The given one is used up.
     *
     * @throws PredictException OVERLOADED, if there is no memory for the longer one
     */
    static Body escaped(Body body) {
        int more = growth(body);
        if (more == 0) {
            return body;
        }
        int size = body.length() + more;
        if (body.payForMore(size)) {
            byte[] longer = new byte[size];
            copy(body, longer);
            return body.replacedBy(longer);
        }
        body.release();
        throw PredictException.comeBack(
                FailureKind.OVERLOADED, "no memory to escape the request's U+0085, U+2028 and U+2029", 1);
    }

    private static int growth(Body body) {
        byte[] bytes = body.bytes();
        int end = body.offset() + body.length();
        int more = 0;
        for (int i = body.offset(); i < end - 1; i++) {
            // ASCII, which is most of what comes, is none.
            byte[] escape = bytes[i] < 0 ? escape(bytes, i, end) : NONE;
            more += escape.length == 0 ? 0 : escape.length - size(bytes, i);
        }
        return more;
    }

    private static void copy(Body body, byte[] target) {
        byte[] bytes = body.bytes();
        int end = body.offset() + body.length();
        int to = 0;
        for (int i = body.offset(); i < end; ) {
            byte[] escape = bytes[i] < 0 ? escape(bytes, i, end) : NONE;
            if (escape.length == 0) {
                target[to++] = bytes[i++];
            } else {
                System.arraycopy(escape, 0, target, to, escape.length);
                to += escape.length;
                i += size(bytes, i);
            }
        }
    }

    /** What stands for the character at {@code i}, in valid UTF-8; empty if that is none of them. */
    private static byte[] escape(byte[] bytes, int i, int end) {
        if (bytes[i] == (byte) 0xc2 && i + 1 < end && bytes[i + 1] == (byte) 0x85) {
            return NEXT_LINE;
        }
        if (bytes[i] != (byte) 0xe2 || i + 2 >= end || bytes[i + 1] != (byte) 0x80) {
            return NONE;
        }
        return switch (bytes[i + 2]) {
            case (byte) 0xa8 -> LINE;
            case (byte) 0xa9 -> PARAGRAPH;
            default -> NONE;
        };
    }

    private static int size(byte[] bytes, int i) {
        return bytes[i] == (byte) 0xe2 ? 3 : 2;
    }
}
