package io.merlinadapter.upi.table;

import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as text and back, exactly. Those with up to 15 digits, which most are that people write, take a short way: their
 * digits are an integer that a double holds exactly, and so are the powers of ten up to 10^22. IEEE division and
 * multiplication round correctly, so one of them gives the nearest double. For one thread.
 */
final class Numbers {
    /** Bytes that {@link #put} may write at most. */
    static final int LONGEST = 26;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final int EXACT_DIGITS = 15;
    private static final double EXACT_INTEGERS = 1e15;
    private static final int FRACTION_DIGITS = 9;
    private static final long FRACTION_UNIT = 1_000_000_000;
    /** Exponents of more digits are left to others. */
    private static final int LARGE_EXPONENT = 10_000;

    private char[] characters = new char[32];
    private long integer;

    /** The double nearest to a number of JSON; infinite if there is none. */
    double parse(byte[] text, int from, int to) {
        int at = text[from] == '-' ? from + 1 : from;
        long digits = 0;
        int count = 0;
        int scale = 0;
        boolean fraction = false;
        for (; at < to; at++) {
            int c = text[at];
            if (c >= '0' && c <= '9') {
                digits = 10 * digits + c - '0';
                count += digits == 0 ? 0 : 1;
                scale -= fraction ? 1 : 0;
                if (count > EXACT_DIGITS) {
                    return parseLong(text, from, to);
                }
            } else if (c == '.') {
                fraction = true;
            } else {
                scale += exponent(text, at + 1, to);
                break;
            }
        }
        double value = digits;
        if (scale < -22 || scale > 22) {
            return digits == 0 ? (text[from] == '-' ? -0.0 : 0.0) : parseLong(text, from, to);
        }
        value = scale < 0 ? value / POWERS_OF_TEN[-scale] : value * POWERS_OF_TEN[scale];
        return text[from] == '-' ? -value : value;
    }

    private static int exponent(byte[] text, int from, int to) {
        int at = text[from] == '-' || text[from] == '+' ? from + 1 : from;
        int exponent = 0;
        for (; at < to && exponent < LARGE_EXPONENT; at++) {
            exponent = 10 * exponent + text[at] - '0';
        }
        return text[from] == '-' ? -exponent : exponent;
    }

    private double parseLong(byte[] text, int from, int to) {
        int size = to - from;
        if (size > characters.length) {
            characters = new char[size];
        }
        for (int i = 0; i < size; i++) {
            characters[i] = (char) text[from + i];
        }
        return NumberInput.parseDouble(characters, 0, size, true);
    }

    /** True if the number of JSON is whole and fits in 64 bits; it is {@link #integer()} then. */
    boolean isInteger(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return isWhole(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
            }
            // Counts below zero, where there is one number more.
            if (value < Long.MIN_VALUE / 10 || 10 * value < Long.MIN_VALUE + digit) {
                return false;
            }
            value = 10 * value - digit;
        }
        integer = negative ? value : -value;
        return negative || value != Long.MIN_VALUE;
    }

    private boolean isWhole(String text) {
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

    /** Writes the shortest text with a point that reads as this finite number. Returns where it ends. */
    static int put(double value, byte[] target, int at) {
        if (value == (long) value && value != 0 && Math.abs(value) < EXACT_INTEGERS) {
            int end = NumberOutput.outputLong((long) value, target, at);
            target[end] = '.';
            target[end + 1] = '0';
            return end + 2;
        }
        long scaled = Math.round(Math.abs(value) * FRACTION_UNIT);
        if (scaled > 0 && scaled < EXACT_INTEGERS && scaled / (double) FRACTION_UNIT == Math.abs(value)) {
            return putFraction(value < 0, scaled, target, at);
        }
        String text = NumberOutput.toString(value, true);
        return putAscii(text, target, at);
    }

    @SuppressWarnings("deprecation")
    private static int putAscii(String text, byte[] target, int at) {
        // The copy without a charset is the only one that makes no array.
        text.getBytes(0, text.length(), target, at);
        return at + text.length();
    }

    private static int putFraction(boolean negative, long scaled, byte[] target, int from) {
        int at = from;
        if (negative) {
            target[at++] = '-';
        }
        at = NumberOutput.outputLong(scaled / FRACTION_UNIT, target, at);
        target[at++] = '.';
        int fraction = (int) (scaled % FRACTION_UNIT);
        int digits = FRACTION_DIGITS;
        while (digits > 1 && fraction % 10 == 0) {
            fraction /= 10;
            digits--;
        }
        for (int i = digits - 1; i >= 0; i--) {
            target[at + i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
        }
        return at + digits;
    }
}
