package io.merlinadapter.text;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Makes texts of unknown length and content fit for messages and logs. No method cuts through a character. Characters are
 * counted as {@link String#length()} does.
 */
public final class Texts {
    private static final String ELLIPSIS = "…";
    private static final int ELLIPSIS_BYTES = 3;

    private static final char DELETE = 0x7f;
    /** Unicode has a picture of each control character of ASCII. */
    private static final char FIRST_SYMBOL = 0x2400;

    private static final char DELETE_SYMBOL = 0x2421;
    private static final char ARABIC_LETTER_MARK = 0x061c;
    private static final char LEFT_TO_RIGHT_MARK = 0x200e;
    private static final char RIGHT_TO_LEFT_MARK = 0x200f;
    private static final char LINE_SEPARATOR = 0x2028;
    private static final char PARAGRAPH_SEPARATOR = 0x2029;
    /** The last of the embeddings and overrides, which follow the paragraph separator. */
    private static final char RIGHT_TO_LEFT_OVERRIDE = 0x202e;

    private static final char LEFT_TO_RIGHT_ISOLATE = 0x2066;
    private static final char POP_DIRECTIONAL_ISOLATE = 0x2069;

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

    /** The text on one line: each control character and each end of a line or paragraph is a space. */
    public static String oneLine(String text) {
        StringBuilder line = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) {
                line = line == null ? new StringBuilder(text) : line;
                line.setCharAt(i, ' ');
            }
        }
        return line == null ? text : line.toString();
    }

    /**
     * The text as it can be shown on one line of a terminal, a file or a page, where it can neither garble nor forge what is
     * around it: visible symbols (␍, ␛) for the control characters of ASCII, the tab excepted, and escapes such as
     * {@code \u202e} for those of Latin-1, the ends of lines and paragraphs, what turns the direction of writing, and halves
     * of a character.
     */
    public static String printable(String text) {
        return printable(text, false);
    }

    /** As {@link #printable(String)}, of a text whose lines may stay lines. */
    public static String printableLines(String text) {
        return printable(text, true);
    }

    private static String printable(String text, boolean keepLines) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean kept = (c == '\n' && keepLines) || !isUnprintable(text, i);
            if (!kept && clean == null) {
                clean = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (clean != null) {
                appendPrintable(clean, c, kept);
            }
        }
        return clean == null ? text : clean.toString();
    }

    private static void appendPrintable(StringBuilder clean, char c, boolean kept) {
        if (kept) {
            clean.append(c);
        } else if (c < ' ' || c == DELETE) {
            clean.append((char) (c == DELETE ? DELETE_SYMBOL : FIRST_SYMBOL + c));
        } else {
            clean.append("\\u").append(HexFormat.of().toHexDigits(c));
        }
    }

    private static boolean isUnprintable(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x7f) {
            return c < ' ' && c != '\t';
        } else if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        } else if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        return Character.isISOControl(c)
                || c == ARABIC_LETTER_MARK
                || c == LEFT_TO_RIGHT_MARK
                || c == RIGHT_TO_LEFT_MARK
                || (c >= LINE_SEPARATOR && c <= RIGHT_TO_LEFT_OVERRIDE)
                || (c >= LEFT_TO_RIGHT_ISOLATE && c <= POP_DIRECTIONAL_ISOLATE);
    }
}
