package io.merlinadapter.protocol;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;

/** What callers send, before a program gets to see it. */
final class CallerBody {
    private CallerBody() {}

    /**
     * Makes it fit for one line, in place.
     *
     * @throws PredictException INVALID_REQUEST, with where and why, if it is not JSON
     */
    static Body accept(Body body) {
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
        return LineEnds.escaped(oneLine(mark == 0 ? body : body.part(start, length)));
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
}
