package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.payload.JsonCursor.Token;
import io.merlinadapter.upi.payload.Shape.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Turns protobuf's JSON into protobuf. Takes what protobuf's own readers take; besides, it passes by fields that it does not
 * know, as their senders may be newer than it is. For one message, on one thread.
 */
final class JsonToProto {
    private static final int LONGEST_TIME = 64;

    private final JsonCursor cursor;
    private final PaidBytes out;
    private final JsonNumbers numbers = new JsonNumbers();

    JsonToProto(JsonCursor cursor, PaidBytes out) {
        this.cursor = cursor;
        this.out = out;
    }

    /** Puts all of it. */
    void translate(Shape shape) throws JsonFault {
        if (cursor.next() != Token.START_OBJECT) {
            throw unfit("the request", "an object");
        }
        message(shape);
        cursor.next();
    }

    private void message(Shape shape) throws JsonFault {
        while (cursor.next() == Token.NAME) {
            Field field = shape.named(cursor);
            Token first = cursor.next();
            if (field == null) {
                cursor.skip();
            } else if (first != Token.NULL) {
                field(field);
            }
        }
    }

    private void field(Field field) throws JsonFault {
        if (!field.repeated()) {
            value(field);
            return;
        }
        if (cursor.token() != Token.START_ARRAY) {
            throw unfit(field, "a list");
        }
        while (cursor.next() != Token.END_ARRAY) {
            value(field);
        }
    }

    private void value(Field field) throws JsonFault {
        switch (field.kind()) {
            case MESSAGE -> {
                if (cursor.token() != Token.START_OBJECT) {
                    throw unfit(field, "an object");
                }
                int start = out.begin(field.tag());
                message(field.message());
                out.end(start);
            }
            case TEXT -> {
                if (cursor.token() != Token.TEXT) {
                    throw unfit(field, "a text");
                }
                int start = out.begin(field.tag());
                JsonTexts.decode(cursor, out);
                out.end(start);
            }
            case REAL -> real(field);
            case INTEGER -> varint(field, integer(field, "a whole number of 64 bits"));
            case BOOL -> {
                if (cursor.token() != Token.TRUE && cursor.token() != Token.FALSE) {
                    throw unfit(field, "true or false");
                }
                varint(field, cursor.token() == Token.TRUE ? 1 : 0);
            }
            case ENUM -> varint(field, word(field));
            case TIMESTAMP -> time(field);
        }
    }

    private void varint(Field field, long value) {
        out.varint(field.tag());
        out.varint(value);
    }

    private void real(Field field) throws JsonFault {
        double real;
        if (cursor.token() == Token.TEXT && JsonNumbers.isNonFinite(cursor)) {
            real = JsonNumbers.nonFinite(cursor);
        } else {
            real = numbers.real(number(field, "a number"));
            if (!Double.isFinite(real)) {
                throw unfit(field, "a number that a double can hold");
            }
        }
        out.varint(field.tag());
        out.fixed64(Double.doubleToLongBits(real));
    }

    private long integer(Field field, String expected) throws JsonFault {
        if (!numbers.isInteger(number(field, expected))) {
            throw unfit(field, expected);
        }
        return numbers.integer();
    }

    /** A number may be in quotes, too. */
    private JsonCursor number(Field field, String expected) throws JsonFault {
        if (cursor.token() == Token.NUMBER) {
            return cursor;
        }
        if (cursor.token() == Token.TEXT && cursor.plain() && startsNumber()) {
            JsonCursor quoted = new JsonCursor(cursor.bytes(), cursor.from(), cursor.to());
            if (quoted.isNumber()) {
                return quoted;
            }
        }
        throw unfit(field, expected);
    }

    private boolean startsNumber() {
        int first = cursor.from() < cursor.to() ? cursor.bytes()[cursor.from()] : 0;
        return first == '-' || (first >= '0' && first <= '9');
    }

    private long word(Field field) throws JsonFault {
        String expected = "a name or number of " + name(field);
        Integer number = cursor.token() == Token.TEXT ? field.number(cursor) : null;
        if (number != null) {
            return number;
        }
        long value = cursor.token() == Token.NUMBER ? integer(field, expected) : Long.MAX_VALUE;
        if (value != (int) value) {
            throw unfit(field, expected);
        }
        return value;
    }

    private void time(Field field) throws JsonFault {
        boolean text = cursor.token() == Token.TEXT && cursor.to() - cursor.from() <= LONGEST_TIME;
        Instant instant = !text
                ? null
                : Instants.parse(
                        new String(cursor.bytes(), cursor.from(), cursor.to() - cursor.from(), StandardCharsets.UTF_8));
        if (instant == null) {
            throw unfit(field, "a time such as \"2024-05-01T12:00:00Z\"");
        }
        int start = out.begin(field.tag());
        out.varint(Tags.SECONDS);
        out.varint(instant.getEpochSecond());
        out.varint(Tags.NANOS);
        out.varint(instant.getNano());
        out.end(start);
    }

    private PredictException unfit(Field field, String expected) {
        return unfit(name(field), expected);
    }

    private PredictException unfit(String called, String expected) {
        return Way.IN.fault(
                called + " is " + Reply.shown(cursor) + " (byte " + cursor.offset() + "; expected: " + expected + ")");
    }

    private static String name(Field field) {
        return new String(field.jsonName(), StandardCharsets.UTF_8);
    }
}
