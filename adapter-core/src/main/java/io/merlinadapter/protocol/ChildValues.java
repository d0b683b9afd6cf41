package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.json.Utf8;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what stands in several messages of a child: texts for people, errors, and numbers of requests. */
final class ChildValues {
    /**
     * Bytes of a text that are kept. Texts are not paid for from the budget, and stay in logs, in messages and with every
     * caller that waits.
     */
    static final int LONGEST_TEXT = 16 * 1024;

    /** Doubles below tell all whole numbers apart. */
    private static final double EXACT = 1L << 53;

    /** Characters of the longest request number that is read. */
    private static final int LONGEST_ID = 24;

    private ChildValues() {}

    /** Where the first byte is that is neither white space nor a byte order mark in front, or {@code to}. */
    static int strippedStart(byte[] bytes, int from, int to) {
        int at = from + Utf8.markLength(bytes, from, to - from);
        while (at < to && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    /** Where the white space at the end begins, or {@code from}. */
    static int strippedEnd(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && isBlank(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    /** The string or name that the scanner is at, cut if it is too long to be kept. */
    static String text(JsonScanner scanner) {
        return scanner.text(LONGEST_TEXT);
    }

    /** A value as the child wrote it, cut if it is too long to be kept. */
    static String raw(byte[] bytes, int from, int to) {
        int cut = to - from <= LONGEST_TEXT ? to : Utf8.startOfCharacter(bytes, from + LONGEST_TEXT);
        return new String(bytes, from, cut - from, StandardCharsets.UTF_8).strip() + (cut < to ? "…" : "");
    }

    /**
     * Reads the error in an answer to the request {@code id}, which was read before as JSON: a text, or an object with
     * {@code code} and {@code message}. Each of these two may be the only element of an array, as R's jsonlite writes it, and
     * the code may be a text of digits: neither can mean anything else.
     */
    static Message.Failure failure(long id, byte[] bytes, int from, int to) throws JsonException {
        JsonScanner scanner = JsonScanner.withNonFinite(bytes, from, to);
        Integer code = null;
        String message = null;
        boolean isObject = false;
        if (scanner.next() == Token.STRING) {
            message = text(scanner);
        } else if (scanner.token() == Token.START_OBJECT) {
            isObject = true;
            while (scanner.next() == Token.NAME) {
                boolean isCode = scanner.is("code");
                boolean isMessage = scanner.is("message");
                scanner.next();
                int depth = scanner.depth();
                boolean boxed = scanner.token() == Token.START_ARRAY && (isCode || isMessage);
                if (boxed) {
                    scanner.next();
                }
                Integer asCode = isCode ? code(scanner) : null;
                String asMessage = isMessage && scanner.token() == Token.STRING ? text(scanner) : null;
                boolean alone = true;
                if (boxed) {
                    alone = endsAfterThis(scanner, depth);
                } else {
                    scanner.skipValue();
                }
                code = alone && asCode != null ? asCode : code;
                message = alone && asMessage != null ? asMessage : message;
            }
        }
        int given = code == null ? Message.Failure.INTERNAL_ERROR : code;
        String shown = message == null ? raw(bytes, from, to) : message;
        return new Message.Failure(id, given, shown, isObject ? remark(code, message) : null);
    }

    /** Skips what is left of the array that the scanner is in; true if its element was the only one. */
    private static boolean endsAfterThis(JsonScanner scanner, int depthInside) throws JsonException {
        if (scanner.token() == Token.END_ARRAY) {
            return true;
        }
        scanner.skipValue();
        boolean alone = true;
        while (scanner.next() != Token.END_ARRAY || scanner.depth() >= depthInside) {
            alone = false;
            scanner.skipValue();
        }
        return alone;
    }

    private static @Nullable String remark(@Nullable Integer code, @Nullable String message) {
        if (code != null && code >= 0 && (code < 400 || code > 599)) {
            return "its error has the code " + code + ", so callers get 500 (expected: 400 to 599)";
        }
        return message == null
                ? "its error has no \"message\" that is a text, so callers get all of the error"
                : code == null ? "its error has no \"code\" that is a whole number, so callers get 500" : null;
    }

    /** Null for a token that is none; 0 for one that is no int. */
    private static @Nullable Integer code(JsonScanner scanner) {
        if (scanner.isInteger()) {
            return code(scanner.raw());
        }
        boolean shortText = scanner.token() == Token.STRING && scanner.end() - scanner.start() <= LONGEST_ID;
        String text = shortText ? scanner.text() : "";
        return text.matches("-?[0-9]+") ? (Integer) code(text) : null;
    }

    /** 0 for one that is no int. */
    private static int code(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * The request number that the current token stands for, or {@link Message#NOBODY}. JSON knows one kind of number, and some
     * languages write a whole one as {@code 2.0}; some libraries make a text of it.
     */
    static long requestId(JsonScanner scanner) {
        if (scanner.isInteger()) {
            return integer(scanner.raw());
        }
        boolean shortText = scanner.token() == Token.STRING && scanner.end() - scanner.start() <= 6 * LONGEST_ID + 2;
        return scanner.token() == Token.NUMBER
                ? requestId(scanner.raw())
                : shortText ? requestId(scanner.text()) : Message.NOBODY;
    }

    private static long integer(String digits) {
        try {
            long number = Long.parseLong(digits);
            return number > 0 ? number : Message.NOBODY;
        } catch (NumberFormatException e) {
            return Message.NOBODY;
        }
    }

    /** The request number that {@code text} stands for, or {@link Message#NOBODY}. */
    static long requestId(String text) {
        if (text.isEmpty() || text.length() > LONGEST_ID || !text.chars().allMatch(ChildValues::mayBeInNumber)) {
            return Message.NOBODY;
        }
        try {
            double number = Double.parseDouble(text);
            return number >= 1 && number < EXACT && number == Math.rint(number) ? (long) number : Message.NOBODY;
        } catch (NumberFormatException e) {
            return Message.NOBODY;
        }
    }

    private static boolean mayBeInNumber(int c) {
        return (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0;
    }
}
