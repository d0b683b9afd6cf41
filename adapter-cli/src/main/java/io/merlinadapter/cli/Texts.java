package io.merlinadapter.cli;

/** How values of unknown origin are shown in messages and logs. */
final class Texts {

    private static final int LONGEST_QUOTE = 80;

    private Texts() {}

    /** Between quotes, on one line, shortened. */
    static String quote(String value) {
        return '"' + shorten(value, LONGEST_QUOTE) + '"';
    }

    /** On one line, with an ellipsis where it was cut. */
    static String shorten(String value, int longest) {
        StringBuilder shown = new StringBuilder();
        value.codePoints().limit(longest).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return value.codePointCount(0, value.length()) > longest
                ? shown.append('…').toString()
                : shown.toString();
    }
}
