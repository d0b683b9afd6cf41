package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.JsonCursor.Token;

/** Puts values of JSON as those of a type. */
final class ScalarWriter {
    private ScalarWriter() {}

    /** Puts the value that the cursor is at in the field of its type; false if it is none of the type. */
    static boolean write(
            int type, JsonCursor value, JsonNumbers numbers, PaidBytes out, int realTag, int integerTag, int textTag)
            throws JsonFault {
        if (type == Types.FLOAT) {
            return writeReal(value, numbers, out, realTag);
        }
        if (type == Types.INTEGER) {
            return writeInteger(value, numbers, out, integerTag);
        }
        if (value.token() != Token.TEXT) {
            return false;
        }
        if (value.from() < value.to()) {
            int start = out.begin(textTag);
            JsonTexts.decode(value, out);
            out.end(start);
        }
        return true;
    }

    private static boolean writeReal(JsonCursor value, JsonNumbers numbers, PaidBytes out, int tag) {
        double real;
        if (value.token() == Token.NUMBER) {
            real = numbers.real(value);
            if (!Double.isFinite(real)) {
                return false;
            }
        } else if (value.token() == Token.TEXT && JsonNumbers.isNonFinite(value)) {
            real = JsonNumbers.nonFinite(value);
        } else {
            return false;
        }
        long bits = Double.doubleToLongBits(real);
        if (bits != 0) {
            out.varint(tag);
            out.fixed64(bits);
        }
        return true;
    }

    private static boolean writeInteger(JsonCursor value, JsonNumbers numbers, PaidBytes out, int tag) {
        if (value.token() != Token.NUMBER || !numbers.isInteger(value)) {
            return false;
        }
        if (numbers.integer() != 0) {
            out.varint(tag);
            out.varint(numbers.integer());
        }
        return true;
    }

    /** What a message expects of a value of the type. */
    static String expected(int type) {
        return switch (type) {
            case Types.FLOAT ->
                "a FLOAT, which is a number that a double can hold, or \"NaN\", \"Infinity\" or \"-Infinity\"";
            case Types.INTEGER -> "an INTEGER, which is a whole number of 64 bits";
            default -> "a STRING, which is a text";
        };
    }
}
