package io.merlinadapter.upi.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a cell or a variable of protobuf holds: a value of each type, of which its column or the variable itself says which
 * one counts. For one thread.
 */
final class Scalar {
    private double real;
    private long integer;
    private int textFrom;
    private int textTo;
    private boolean isNull;

    /** Reads a cell, which is the next value of {@code in}. */
    void readCell(ProtoInput in) throws IOException {
        clear();
        int end = in.enter();
        while (in.at() < end) {
            int tag = in.tag();
            if (tag == Tags.VALUE_DOUBLE) {
                real = in.real();
            } else if (tag == Tags.VALUE_INTEGER) {
                integer = in.integer();
            } else if (tag == Tags.VALUE_STRING) {
                readText(in);
            } else if (tag == Tags.VALUE_NULL) {
                isNull = in.bool();
            } else {
                in.skip(tag);
            }
        }
        in.leave(end);
    }

    void clear() {
        real = 0;
        integer = 0;
        textFrom = 0;
        textTo = 0;
        isNull = false;
    }

    void readReal(ProtoInput in) throws IOException {
        real = in.real();
    }

    void readInteger(ProtoInput in) throws IOException {
        integer = in.integer();
    }

    void readText(ProtoInput in) throws IOException {
        in.text();
        textFrom = in.from();
        textTo = in.to();
    }

    boolean isNull() {
        return isNull;
    }

    /** Writes the value of this type; null if there is no type. */
    void write(@Nullable ColumnType type, byte[] bytes, JsonOutput out) {
        if (isNull || type == null) {
            out.raw("null");
            return;
        }
        switch (type) {
            case FLOAT -> out.real(real);
            case INTEGER -> out.integer(integer);
            case STRING -> out.text(bytes, textFrom, textTo);
        }
    }

    /** Writes all values as fields of protobuf. */
    void write(byte[] bytes, ProtoOutput out, int realField, int integerField, int textField) throws IOException {
        out.real(realField, real);
        out.integer(integerField, integer);
        out.text(textField, bytes, textFrom, textTo);
    }
}
