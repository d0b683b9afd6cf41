package io.merlinadapter.upi.table;

import com.google.protobuf.CodedOutputStream;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;

/** A value in a program's reply, on its way to the field of its type. For one thread. */
final class ReplyValue {
    private final byte[] json;
    private ColumnType type = ColumnType.FLOAT;
    private double real;
    private long integer;
    private int textSize;

    /** @param json what the scanners read */
    ReplyValue(byte[] json) {
        this.json = json;
    }

    /** Reads the value that the scanner is at. Returns false if it is none of the type. */
    boolean read(ColumnType type, JsonScanner in) throws JsonException {
        this.type = type;
        return switch (type) {
            case FLOAT -> readReal(in);
            case INTEGER -> readInteger(in);
            case STRING -> readText(in);
        };
    }

    private boolean readReal(JsonScanner in) {
        if (in.token() == Token.NUMBER) {
            real = JsonNumbers.parse(json, in.start(), in.end());
            return !Double.isInfinite(real);
        }
        real = in.token() == Token.STRING ? nonFinite(in) : 0;
        return in.token() == Token.STRING && !Double.isFinite(real);
    }

    /** One of the numbers that JSON has not, or 0. */
    static double nonFinite(JsonScanner in) {
        if (in.is("NaN")) {
            return Double.NaN;
        }
        return in.is("Infinity") ? Double.POSITIVE_INFINITY : in.is("-Infinity") ? Double.NEGATIVE_INFINITY : 0;
    }

    private boolean readInteger(JsonScanner in) {
        if (in.token() != Token.NUMBER || !JsonNumbers.isLong(json, in.start(), in.end())) {
            return false;
        }
        integer = JsonNumbers.parseLong(json, in.start(), in.end());
        return true;
    }

    private boolean readText(JsonScanner in) throws JsonException {
        if (in.token() != Token.STRING) {
            return false;
        }
        textSize = in.textSize();
        return true;
    }

    /** How many bytes {@link #write} writes, for fields with numbers below 16. */
    int size() {
        return switch (type) {
            case FLOAT -> Double.doubleToRawLongBits(real) == 0 ? 0 : 1 + Double.BYTES;
            case INTEGER -> integer == 0 ? 0 : 1 + CodedOutputStream.computeInt64SizeNoTag(integer);
            case STRING -> textSize == 0 ? 0 : 1 + CodedOutputStream.computeUInt32SizeNoTag(textSize) + textSize;
        };
    }

    /** Writes the value, which the scanner is still at, in the field of its type. */
    void write(JsonScanner in, ProtoOutput out, int realField, int integerField, int textField)
            throws IOException, JsonException {
        switch (type) {
            case FLOAT -> out.real(realField, real);
            case INTEGER -> out.integer(integerField, integer);
            case STRING -> out.text(textField, in, json, textSize);
        }
    }
}
