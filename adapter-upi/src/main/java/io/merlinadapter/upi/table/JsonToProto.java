package io.merlinadapter.upi.table;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes protobuf of protobuf's JSON. Takes what protobuf's own readers take; besides, it passes by fields that it does not
 * know, as their senders may be newer than it is. For one message, on one thread.
 */
final class JsonToProto {
    private static final int LONGEST_TIME = 64;
    /** Bytes of a field that is no text. */
    private static final int FIELD = 20;

    private final byte[] json;
    private final JsonScanner in;
    private final ProtoOutput out;
    private int numberFrom;
    private int numberTo;

    /** @param in has not read anything yet */
    JsonToProto(byte[] json, JsonScanner in, ProtoOutput out) {
        this.json = json;
        this.in = in;
        this.out = out;
    }

    /** Writes all of it. */
    void translate(Descriptor schema) throws JsonException, IOException {
        if (in.next() != Token.START_OBJECT) {
            throw unfit("the request", "an object");
        }
        message(schema);
        in.next();
        out.finish();
    }

    private void message(Descriptor schema) throws JsonException, IOException {
        while (in.next() == Token.NAME) {
            FieldDescriptor field = named(schema);
            Token first = in.next();
            if (field == null) {
                in.skipValue();
            } else if (first != Token.NULL) {
                field(field);
            }
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

    private @Nullable Integer valueNamed(FieldDescriptor field) {
        for (EnumValueDescriptor value : field.getEnumType().getValues()) {
            if (in.is(value.getName())) {
                return value.getNumber();
            }
        }
        return null;
    }

    private void field(FieldDescriptor field) throws JsonException, IOException {
        if (!field.isRepeated()) {
            value(field);
            return;
        }
        if (in.token() != Token.START_ARRAY) {
            throw unfit(field, "a list");
        }
        while (in.next() != Token.END_ARRAY) {
            value(field);
        }
    }

    private void value(FieldDescriptor field) throws JsonException, IOException {
        switch (field.getType()) {
            case MESSAGE -> {
                if (field.getMessageType().equals(Timestamp.getDescriptor())) {
                    time(field);
                    return;
                }
                if (in.token() != Token.START_OBJECT) {
                    throw unfit(field, "an object");
                }
                int start = out.begin(field.getNumber(), 0);
                message(field.getMessageType());
                out.end(start);
            }
            case STRING -> text(field);
            case DOUBLE -> {
                double value = real(field);
                out.room(FIELD).writeDouble(field.getNumber(), value);
            }
            case INT64 -> integer(field, wholeNumber(field, "a whole number of 64 bits"));
            case BOOL -> {
                if (in.token() != Token.TRUE && in.token() != Token.FALSE) {
                    throw unfit(field, "true or false");
                }
                integer(field, in.token() == Token.TRUE ? 1 : 0);
            }
            case ENUM -> integer(field, word(field));
            default -> throw new IllegalStateException(field + " has a type that UPI does not have");
        }
    }

    /** Also if it is 0: it may follow another one, and the last one counts. */
    private void integer(FieldDescriptor field, long value) throws IOException {
        out.room(FIELD).writeInt64(field.getNumber(), value);
    }

    private void text(FieldDescriptor field) throws JsonException, IOException {
        if (in.token() != Token.STRING) {
            throw unfit(field, "a text");
        }
        int size = in.textSize();
        if (size == 0) {
            out.room(FIELD).writeByteArray(field.getNumber(), json, 0, 0);
        } else {
            out.text(field.getNumber(), in, json, size);
        }
    }

    private double real(FieldDescriptor field) throws JsonException {
        double special = in.token() == Token.STRING ? ReplyValue.nonFinite(in) : 0;
        if (!Double.isFinite(special)) {
            return special;
        }
        findNumber(field, "a number");
        double value = JsonNumbers.parse(json, numberFrom, numberTo);
        if (Double.isInfinite(value)) {
            throw unfit(field, "a number that a double can hold");
        }
        return value;
    }

    private long wholeNumber(FieldDescriptor field, String expected) {
        findNumber(field, expected);
        if (!JsonNumbers.isLong(json, numberFrom, numberTo)) {
            throw unfit(field, expected);
        }
        return JsonNumbers.parseLong(json, numberFrom, numberTo);
    }

    /** A number may be in quotes, too. */
    private void findNumber(FieldDescriptor field, String expected) {
        boolean quoted = in.token() == Token.STRING;
        numberFrom = quoted ? in.start() + 1 : in.start();
        numberTo = quoted ? in.end() - 1 : in.end();
        if (in.token() != Token.NUMBER && !(quoted && isNumber(numberFrom, numberTo))) {
            throw unfit(field, expected);
        }
    }

    private boolean isNumber(int from, int to) {
        JsonScanner quoted = JsonScanner.strict(json, from, to);
        try {
            return quoted.next() == Token.NUMBER && quoted.start() == from && quoted.end() == to;
        } catch (JsonException e) {
            return false;
        }
    }

    private long word(FieldDescriptor field) {
        String expected = "a name or number of " + field.getJsonName();
        Integer named = in.token() == Token.STRING ? valueNamed(field) : null;
        if (named != null) {
            return named;
        }
        long value = in.token() == Token.NUMBER ? wholeNumber(field, expected) : Long.MAX_VALUE;
        if (value != (int) value) {
            throw unfit(field, expected);
        }
        return value;
    }

    private void time(FieldDescriptor field) throws IOException {
        boolean text = in.token() == Token.STRING && in.end() - in.start() <= LONGEST_TIME;
        Instant instant = text ? Timestamps.parse(in.text()) : null;
        if (instant == null) {
            throw unfit(field, "a time such as \"2024-05-01T12:00:00Z\"");
        }
        int start = out.begin(field.getNumber(), 0);
        CodedOutputStream fields = out.room(2 * FIELD);
        fields.writeInt64(Timestamp.SECONDS_FIELD_NUMBER, instant.getEpochSecond());
        fields.writeInt32(Timestamp.NANOS_FIELD_NUMBER, instant.getNano());
        out.end(start);
    }

    private PredictException unfit(FieldDescriptor field, String expected) {
        return unfit(field.getJsonName(), expected);
    }

    private PredictException unfit(String called, String expected) {
        return PredictException.of(
                FailureKind.INVALID_REQUEST,
                called + " is " + Reply.shown(in) + " (byte " + in.offset() + "; expected: " + expected + ")");
    }
}
