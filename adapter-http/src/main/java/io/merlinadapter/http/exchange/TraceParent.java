package io.merlinadapter.http.exchange;

/** The header that W3C Trace Context calls traceparent, in its version 00. */
final class TraceParent {
    private static final String EXAMPLE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /** Whether a text is one, to the letter: lower case, and neither of its ids nothing but zeros. */
    static boolean isValid(String text) {
        return text.length() == EXAMPLE.length()
                && text.startsWith("00-")
                && isId(text, TRACE, PARENT - 1)
                && isId(text, PARENT, FLAGS - 1)
                && isHex(text, FLAGS, text.length());
    }

    /** Hexadecimal digits with a dash behind them. */
    private static boolean isId(String text, int from, int to) {
        boolean zeros = true;
        for (int i = from; i < to; i++) {
            zeros &= text.charAt(i) == '0';
        }
        return !zeros && isHex(text, from, to) && text.charAt(to) == '-';
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
