package io.merlinadapter.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Numbers as JSON and back, exactly, with no text object in between for all that are usual. Any thread.
 *
 * <p>A number with up to 19 digits is an integer times a power of ten. If a double holds both, one multiplication or division
 * rounds correctly. Otherwise the product of the integer and 128 bits of the power tells the double, unless it is too close
 * to the middle of two (Lemire, "Number Parsing at a Gigabyte per Second", 2021); then the JDK decides.
 */
public final class JsonNumbers {
    /** Bytes that a number written here has at most. */
    public static final int LONGEST = 26;

    private static final double[] EXACT_POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final int MOST_EXACT = 22;
    private static final long EXACT_INTEGERS = 1L << 53;
    private static final int MOST_DIGITS = 19;
    /** No double needs more digits. */
    private static final int ENOUGH_DIGITS = 17;

    private static final double SMALLEST_PLAIN = 1e-5;
    private static final double LARGEST_PLAIN = 1e15;

    /** For powers of ten from -MOST_POWER to MOST_POWER: the first 64 bits of each, and the next ones. */
    private static final int MOST_POWER = 60;

    private static final long[] HIGH = new long[2 * MOST_POWER + 1];
    private static final long[] LOW = new long[2 * MOST_POWER + 1];
    /** A power of ten is its bits, as an integer of 64 bits, times two to this. */
    private static final int[] EXPONENT = new int[2 * MOST_POWER + 1];

    static {
        for (int power = -MOST_POWER; power <= MOST_POWER; power++) {
            BigInteger ten = BigInteger.TEN.pow(Math.abs(power));
            int shift = 128 - ten.bitLength();
            BigInteger bits = ten.shiftLeft(shift);
            if (power < 0) {
                int numerator = 127 + ten.bitLength();
                bits = BigInteger.ONE.shiftLeft(numerator).divide(ten);
                shift = numerator;
            }
            int more = bits.bitLength() - 128;
            bits = bits.shiftRight(more);
            HIGH[power + MOST_POWER] = bits.shiftRight(64).longValue();
            LOW[power + MOST_POWER] = bits.longValue();
            EXPONENT[power + MOST_POWER] = 64 + more - shift;
        }
    }

    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = 10 * POWERS[i - 1];
        }
    }

    private JsonNumbers() {}

    /** The double nearest to a number of JSON; infinite if there is none. */
    public static double parse(byte[] json, int from, int to) {
        int at = json[from] == '-' ? from + 1 : from;
        long digits = 0;
        int count = 0;
        int scale = 0;
        int point = to;
        for (; at < to; at++) {
            int c = json[at];
            if (c >= '0' && c <= '9') {
                digits = 10 * digits + c - '0';
                count += digits == 0 ? 0 : 1;
            } else if (c == '.') {
                point = at;
            } else {
                scale = exponent(json, at + 1, to);
                break;
            }
        }
        scale -= point < at ? at - point - 1 : 0;
        double value = count > MOST_DIGITS ? Double.NaN : value(digits, scale);
        if (Double.isNaN(value)) {
            return Double.parseDouble(new String(json, from, to - from, StandardCharsets.ISO_8859_1));
        }
        return json[from] == '-' ? -value : value;
    }

    private static int exponent(byte[] json, int from, int to) {
        boolean signed = json[from] == '-' || json[from] == '+';
        int exponent = 0;
        for (int at = signed ? from + 1 : from; at < to && exponent < 100_000; at++) {
            exponent = 10 * exponent + json[at] - '0';
        }
        return json[from] == '-' ? -exponent : exponent;
    }

    /** The double nearest to {@code digits}, without a sign, times a power of ten; NaN if that is not certain here. */
    private static double value(long digits, int power) {
        if (digits == 0) {
            return 0;
        }
        if (digits > 0 && digits < EXACT_INTEGERS && power >= -MOST_EXACT && power <= MOST_EXACT) {
            return power < 0 ? digits / EXACT_POWERS[-power] : digits * EXACT_POWERS[power];
        }
        return power < -MOST_POWER || power > MOST_POWER ? Double.NaN : product(digits, power + MOST_POWER);
    }

    private static double product(long digits, int index) {
        int zeros = Long.numberOfLeadingZeros(digits);
        long factor = digits << zeros;
        long high = multiplyHigh(factor, HIGH[index]);
        long low = factor * HIGH[index];
        if ((high & 0x1ff) == 0x1ff && Long.compareUnsigned(low + factor, low) < 0) {
            long middle = low + multiplyHigh(factor, LOW[index]);
            if (Long.compareUnsigned(middle, low) < 0) {
                high++;
            }
            if (middle == -1 && (high & 0x1ff) == 0x1ff) {
                return Double.NaN;
            }
            low = middle;
        }
        int top = (int) (high >>> 63);
        long mantissa = high >>> (top + 9);
        if (low == 0 && (high & 0x1ff) == 0 && (mantissa & 3) == 1) {
            return Double.NaN;
        }
        // 54 bits, of which the last rounds.
        mantissa = (mantissa + (mantissa & 1)) >>> 1;
        // Exact, because the mantissa has 53 bits and the exponent is small: no double in this range is subnormal.
        return mantissa * Math.scalb(1.0, EXPONENT[index] - zeros + 64 + top + 10);
    }

    private static long multiplyHigh(long one, long other) {
        return Math.multiplyHigh(one, other) + ((one >> 63) & other) + ((other >> 63) & one);
    }

    /** True if a number of JSON is whole and fits in 64 bits. */
    public static boolean isLong(byte[] json, int from, int to) {
        boolean negative = json[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                return decimal(json, from, to).isPresent();
            }
            // Counts below zero, where there is one number more.
            if (value < Long.MIN_VALUE / 10 || 10 * value < Long.MIN_VALUE + digit) {
                return false;
            }
            value = 10 * value - digit;
        }
        return negative || value != Long.MIN_VALUE;
    }

    /** The value of a number for which {@link #isLong} is true. */
    public static long parseLong(byte[] json, int from, int to) {
        boolean negative = json[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                return decimal(json, from, to).orElseThrow();
            }
            value = 10 * value - digit;
        }
        return negative ? value : -value;
    }

    private static OptionalLong decimal(byte[] json, int from, int to) {
        try {
            String text = new String(json, from, to - from, StandardCharsets.ISO_8859_1);
            return OptionalLong.of(new BigDecimal(text).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Writes an integer. Returns where it ends. */
    public static int put(long value, byte[] target, int offset) {
        if (value == Long.MIN_VALUE) {
            return ascii(Long.toString(value), target, offset);
        }
        int at = offset;
        if (value < 0) {
            target[at++] = '-';
        }
        return digits(Math.abs(value), count(Math.abs(value)), target, at);
    }

    /**
     * Writes a finite number with a point, in as few digits as it needs to be read as the same double. Returns where it ends.
     */
    public static int put(double value, byte[] target, int offset) {
        double size = Math.abs(value);
        int at = offset;
        if (!(size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) {
            return ascii(Double.toString(value), target, at);
        }
        if (value < 0) {
            target[at++] = '-';
        }
        if (size == (long) size) {
            at = digits((long) size, count((long) size), target, at);
            target[at++] = '.';
            target[at++] = '0';
            return at;
        }
        return fraction(size, target, at);
    }

    private static int fraction(double value, byte[] target, int at) {
        // Six digits behind the point are enough for most that people write.
        long digits = (long) (value * 1e6 + 0.5);
        int scale = 6;
        if (digits >= LARGEST_PLAIN || digits / 1e6 != value) {
            scale = ENOUGH_DIGITS - (value >= 1 ? count((long) value) : -zeros(value));
            digits = scaled(value, scale);
            if (value(digits, -scale) != value) {
                return ascii(Double.toString(value), target, at);
            }
            for (long shorter = (digits + 5) / 10; value(shorter, 1 - scale) == value; shorter = (digits + 5) / 10) {
                digits = shorter;
                scale--;
            }
        }
        while (digits % 10 == 0) {
            digits /= 10;
            scale--;
        }
        long whole = (long) value;
        int end = digits(whole, count(whole), target, at);
        target[end++] = '.';
        return digits(digits, scale, target, end);
    }

    /** How many zeros are behind the point of a number below 1. */
    private static int zeros(double value) {
        int zeros = 0;
        for (double limit = 0.1; value < limit; limit /= 10) {
            zeros++;
        }
        return zeros;
    }

    /** About {@code value}, which has a normal exponent, times a power of ten. */
    private static long scaled(double value, int power) {
        long bits = Double.doubleToRawLongBits(value);
        long mantissa = ((bits & 0xfffffffffffffL) | 0x10000000000000L) << 11;
        int exponent = (int) (bits >>> 52) - 1023 - 63;
        long product = multiplyHigh(mantissa, HIGH[power + MOST_POWER]);
        int shift = -(exponent + EXPONENT[power + MOST_POWER] + 64);
        return (product >>> shift) + ((product >>> (shift - 1)) & 1);
    }

    private static int count(long value) {
        int count = 1;
        while (count < POWERS.length && value >= POWERS[count]) {
            count++;
        }
        return count;
    }

    /** Writes the last {@code count} digits. */
    private static int digits(long value, int count, byte[] target, int at) {
        long rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            long tenth = rest / 10;
            target[i] = (byte) ('0' + (rest - 10 * tenth));
            rest = tenth;
        }
        return at + count;
    }

    private static int ascii(String text, byte[] target, int at) {
        for (int i = 0; i < text.length(); i++) {
            target[at + i] = (byte) text.charAt(i);
        }
        return at + text.length();
    }
}
