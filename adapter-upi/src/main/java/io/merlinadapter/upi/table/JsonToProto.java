package io.merlinadapter.upi.table;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.predict.PredictException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes protobuf of protobuf's JSON. Takes what protobuf's own readers take; besides, it passes by fields that it does not
 * know, as their senders may be newer than it is, if there are others that it knows. Fields at their default are written: one may follow another value, and the
 * last one counts. For one message, on one thread.
 */
final class JsonToProto {
    private static final int LONGEST_TIME = 64;

    private final byte[] json;
    private final JsonScanner in;
    private final Output out;
    private final Output scratch;
    private int numberFrom;
    private int numberTo;

    /** @param scratch holds a text at a time */
    JsonToProto(Slice json, Output out, Output scratch) {
        this.json = json.bytes;
        this.in = JsonScanner.strict(json.bytes, json.from, json.to);
        this.out = out;
        this.scratch = scratch;
    }

    /** Writes all of it. */
    void translate(Descriptor schema) throws JsonException {
        in.next();
        check(in.token() == Token.START_OBJECT, "the request", "an object");
        String stranger = null;
        boolean known = false;
        while (in.next() == Token.NAME) {
            FieldDescriptor field = named(schema);
            known |= field != null;
            if (!known && stranger == null) {
                stranger = Reply.shown(in);
            }
            member(field);
        }
        in.next();
        if (!known && stranger != null) {
            throw foreign(stranger, schema);
        }
    }

    /** What has only members that are unknown is no message of a newer sender, but one that was meant for something else. */
    private static PredictException foreign(String stranger, Descriptor schema) {
        String expected =
                schema.getFields().stream().map(FieldDescriptor::getJsonName).collect(Collectors.joining(", "));
        return RequestReader.fault("the request has the member " + stranger + ", but none that a " + schema.getName()
                + " has (expected: " + expected + "); a body for HTTP_JSON goes to POST /v1/models/{name}:predict"
                + " on the port of HTTP_JSON (--http-port)");
    }

    private void message(Descriptor schema) throws JsonException {
        while (in.next() == Token.NAME) {
            member(named(schema));
        }
    }

    private void member(@Nullable FieldDescriptor field) throws JsonException {
        Token first = in.next();
        if (field == null) {
            in.skipValue();
        } else if (first != Token.NULL) {
            field(field);
        }
    }

    /** The field whose name comes next, in JSON's spelling or in protobuf's; null if there is none. */
    private @Nullable FieldDescriptor named(Descriptor schema) {
        for (FieldDescriptor field : schema.getFields()) {
            if (in.is(field.getJsonName()) || in.is(field.getName())) {
                return field;
            }
        }
        return null;
    }

    private void field(FieldDescriptor field) throws JsonException {
        if (!field.isRepeated()) {
            value(field);
            return;
        }
        check(in.token() == Token.START_ARRAY, field.getJsonName(), "a list");
        while (in.next() != Token.END_ARRAY) {
            value(field);
        }
    }

    private void value(FieldDescriptor field) throws JsonException {
        int number = field.getNumber();
        String called = field.getJsonName();
        switch (field.getType()) {
            case MESSAGE -> {
                int start = out.begin(number, 0);
                if (field.getMessageType().equals(Timestamp.getDescriptor())) {
                    time(called);
                } else {
                    check(in.token() == Token.START_OBJECT, called, "an object");
                    message(field.getMessageType());
                }
                out.end(start);
            }
            case STRING -> {
                check(in.token() == Token.STRING, called, "a text");
                out.field(number, Slice.of(in, json, scratch));
            }
            case DOUBLE -> out.field(number, real(called));
            case INT64 -> out.field(number, wholeNumber(called, "a whole number of 64 bits"));
            case BOOL -> {
                check(in.token() == Token.TRUE || in.token() == Token.FALSE, called, "true or false");
                out.field(number, in.token() == Token.TRUE ? 1 : 0);
            }
            case ENUM -> out.field(number, word(field, "a name or number of " + called));
            default -> throw new IllegalStateException(field + " has a type that UPI does not have");
        }
    }

    private double real(String called) throws JsonException {
        double special = in.token() == Token.STRING ? Scalar.nonFinite(in) : 0;
        if (!Double.isFinite(special)) {
            return special;
        }
        check(findNumber(), called, "a number");
        double value = JsonNumbers.parse(json, numberFrom, numberTo);
        check(!Double.isInfinite(value), called, "a number that a double can hold");
        return value;
    }

    private long wholeNumber(String called, String expected) {
        check(findNumber() && JsonNumbers.isLong(json, numberFrom, numberTo), called, expected);
        return JsonNumbers.parseLong(json, numberFrom, numberTo);
    }

    /** A number may be in quotes, too. */
    private boolean findNumber() {
        boolean quoted = in.token() == Token.STRING;
        numberFrom = quoted ? in.start() + 1 : in.start();
        numberTo = quoted ? in.end() - 1 : in.end();
        return in.token() == Token.NUMBER || (quoted && isNumber(numberFrom, numberTo));
    }

    private boolean isNumber(int from, int to) {
        JsonScanner quoted = JsonScanner.strict(json, from, to);
        try {
            return quoted.next() == Token.NUMBER && quoted.start() == from && quoted.end() == to;
        } catch (JsonException e) {
            return false;
        }
    }

    private long word(FieldDescriptor field, String expected) {
        for (EnumValueDescriptor value : field.getEnumType().getValues()) {
            if (in.token() == Token.STRING && in.is(value.getName())) {
                return value.getNumber();
            }
        }
        check(in.token() == Token.NUMBER, field.getJsonName(), expected);
        long value = wholeNumber(field.getJsonName(), expected);
        check(value == (int) value, field.getJsonName(), expected);
        return value;
    }

    private void time(String called) {
        boolean text = in.token() == Token.STRING && in.end() - in.start() <= LONGEST_TIME;
        Instant time = text ? parse(in.text()) : null;
        if (time == null || !RequestReader.isTime(time.getEpochSecond())) {
            throw unfit(called, "a time such as \"2024-05-01T12:00:00Z\"");
        }
        out.field(Timestamp.SECONDS_FIELD_NUMBER, time.getEpochSecond());
        out.field(Timestamp.NANOS_FIELD_NUMBER, time.getNano());
    }

    private static @Nullable Instant parse(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private void check(boolean fits, String called, String expected) {
        if (!fits) {
            throw unfit(called, expected);
        }
    }

    private PredictException unfit(String called, String expected) {
        return RequestReader.fault(
                called + " is " + Reply.shown(in) + " (byte " + in.offset() + "; expected: " + expected + ")");
    }
}
