package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Reads the number of a request. JSON knows one kind of number, and some languages write a whole one as {@code 2.0}; some
 * libraries make a text of it.
 */
final class RequestId {
    /** Doubles below tell all whole numbers apart. */
    private static final double EXACT = 1L << 53;

    /** Digits of the largest number that is read. */
    private static final int MOST_DIGITS = 24;

    private RequestId() {}

    /** The number that the current token stands for, or {@link Message#NOBODY}. */
    static long read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT) {
            boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            return fits && parser.getLongValue() > 0 ? parser.getLongValue() : Message.NOBODY;
        }
        boolean other = token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_STRING;
        return other ? parse(parser.getText()) : Message.NOBODY;
    }

    /** The number that {@code text} stands for, or {@link Message#NOBODY}. */
    static long parse(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(RequestId::mayBeInNumber)) {
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
