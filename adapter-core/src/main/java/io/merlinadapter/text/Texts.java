package io.merlinadapter.text;

import java.nio.charset.StandardCharsets;

/**
 * Makes texts of unknown length and content fit for messages and logs. No method cuts through a character. Characters are
 * counted as {@link String#length()} does.
 */
public final class Texts {
    private static final String ELLIPSIS = "…";
    private static final int ELLIPSIS_BYTES = 3;

    private Texts() {}

    /** The first {@code most} characters, with an ellipsis behind them if that is not all. */
    public static String shorten(String text, int most) {
        return text.length() <= most ? text : head(text, most) + ELLIPSIS;
    }

    /** The first {@code most} characters; nothing shows that there were more. */
    public static String head(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean splitsPair = most > 0
                && Character.isHighSurrogate(text.charAt(most - 1))
                && Character.isLowSurrogate(text.charAt(most));
        return text.substring(0, splitsPair ? most - 1 : most);
    }

    /** As {@link #shorten(String, int)}, between quotation marks. */
    public static String quote(String text, int most) {
        return '"' + shorten(text, most) + '"';
    }

    /** A text that has at most {@code most} bytes as UTF-8, the ellipsis at the end of a shortened one included. */
    public static String shortenToBytes(String text, int most) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= most) {
            return text;
        }
        int end = most < ELLIPSIS_BYTES ? 0 : cut(utf8, 0, utf8.length, most - ELLIPSIS_BYTES);
        return new String(utf8, 0, end, StandardCharsets.UTF_8) + (most < ELLIPSIS_BYTES ? "" : ELLIPSIS);
    }

    /**
     * The first {@code most} bytes of UTF-8 as a text, with an ellipsis behind them if that is not all. Without decoding
     * the rest.
     */
    public static String shorten(byte[] utf8, int offset, int length, int most) {
        int end = cut(utf8, offset, length, most);
        String head = new String(utf8, offset, end - offset, StandardCharsets.UTF_8);
        return end < offset + length ? head + ELLIPSIS : head;
    }

    /** Where to cut UTF-8 so that at most {@code most} of its bytes remain: the index of the first byte to leave out. */
    public static int cut(byte[] utf8, int offset, int length, int most) {
        if (length <= most) {
            return offset + length;
        }
        int end = offset + most;
        while (end > offset && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }

    /** The text on one line: each control character, line ends among them, is a space. */
    public static String oneLine(String text) {
        StringBuilder line = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                line = line == null ? new StringBuilder(text) : line;
                line.setCharAt(i, ' ');
            }
        }
        return line == null ? text : line.toString();
    }

    /**
     * The text with visible symbols (␍, ␛) for the control characters of ASCII, the tab excepted: on a terminal they would
     * garble or forge the log around them.
     */
    public static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                clean = clean == null ? new StringBuilder(text) : clean;
                clean.setCharAt(i, (char) (c == 0x7f ? 0x2421 : 0x2400 + c));
            }
        }
        return clean == null ? text : clean.toString();
    }
}
