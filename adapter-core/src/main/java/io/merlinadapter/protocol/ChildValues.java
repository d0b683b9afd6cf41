package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.json.Utf8;
import java.nio.charset.StandardCharsets;

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

    /** Where the first byte is that is no white space, or {@code to}. */
    static int strippedStart(byte[] bytes, int from, int to) {
        int at = from;
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
     * {@code code} and {@code message}.
     */
    static Message.Failure failure(long id, byte[] bytes, int from, int to) throws JsonException {
        JsonScanner scanner = JsonScanner.withNonFinite(bytes, from, to);
        int code = Message.Failure.INTERNAL_ERROR;
        String message = null;
        if (scanner.next() == Token.STRING) {
            message = text(scanner);
        } else if (scanner.token() == Token.START_OBJECT) {
            while (scanner.next() == Token.NAME) {
                boolean isCode = scanner.is("code");
                boolean isMessage = scanner.is("message");
                scanner.next();
                if (isCode && scanner.isInteger()) {
                    code = code(scanner);
                } else if (isMessage && scanner.token() == Token.STRING) {
                    message = text(scanner);
                } else {
                    scanner.skipValue();
                }
            }
        }
        return new Message.Failure(id, code, message == null ? raw(bytes, from, to) : message);
    }

    /** 0 for one that is no int. */
    private static int code(JsonScanner scanner) {
        try {
            return Integer.parseInt(scanner.raw());
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
