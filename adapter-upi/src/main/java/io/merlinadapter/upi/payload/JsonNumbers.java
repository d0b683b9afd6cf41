package io.merlinadapter.upi.payload;

import com.fasterxml.jackson.core.io.NumberInput;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The values of numbers in JSON, exactly. For one thread. */
final class JsonNumbers {
    static final byte[] NAN = JsonTexts.ascii("NaN");
    static final byte[] INFINITY = JsonTexts.ascii("Infinity");
    static final byte[] MINUS_INFINITY = JsonTexts.ascii("-Infinity");

    /** What reads longer numbers takes ever longer per digit. */
    private static final int LONGEST = 1000;

    private final char[] digits = new char[LONGEST];
    private long integer;

    /** Whether the number that the cursor is at is whole and fits in 64 bits; if so, it is {@link #integer()}. */
    boolean isInteger(JsonCursor cursor) {
        if (cursor.plain()) {
            return digits(cursor);
        }
        int size = cursor.to() - cursor.from();
        if (size > LONGEST) {
            return false;
        }
        String text = new String(cursor.bytes(), cursor.from(), size, StandardCharsets.ISO_8859_1);
        try {
            integer = new BigDecimal(text).longValueExact();
            return true;
        } catch (ArithmeticException | NumberFormatException e) {
            return false;
        }
    }

    long integer() {
        return integer;
    }

    /** The number that the cursor is at; not finite if there is no such double. */
    double real(JsonCursor cursor) {
        int size = cursor.to() - cursor.from();
        if (size > LONGEST) {
            return Double.NaN;
        }
        for (int i = 0; i < size; i++) {
            digits[i] = (char) cursor.bytes()[cursor.from() + i];
        }
        return NumberInput.parseDouble(digits, 0, size, true);
    }

    /** Whether the text that the cursor is at is one of the numbers that JSON has not. */
    static boolean isNonFinite(JsonCursor cursor) {
        return JsonTexts.is(cursor, NAN) || JsonTexts.is(cursor, INFINITY) || JsonTexts.is(cursor, MINUS_INFINITY);
    }

    /** The value of such a text. */
    static double nonFinite(JsonCursor cursor) {
        if (JsonTexts.is(cursor, NAN)) {
            return Double.NaN;
        }
        return JsonTexts.is(cursor, INFINITY) ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    /** Counts below zero, where there is one number more. */
    private boolean digits(JsonCursor cursor) {
        byte[] bytes = cursor.bytes();
        boolean negative = bytes[cursor.from()] == '-';
        long value = 0;
        for (int i = cursor.from() + (negative ? 1 : 0); i < cursor.to(); i++) {
            int digit = bytes[i] - '0';
            if (value < Long.MIN_VALUE / 10 || 10 * value < Long.MIN_VALUE + digit) {
                return false;
            }
            value = 10 * value - digit;
        }
        integer = negative ? value : -value;
        return negative || value != Long.MIN_VALUE;
    }
}
