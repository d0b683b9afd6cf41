package io.merlinadapter.upi.payload;

import java.io.IOException;

/** What a cell or a variable of protobuf holds: a value of each type, of which its column or itself says one. For one thread. */
final class Scalar {
    private double real;
    private long integer;
    private int textFrom;
    private int textTo;
    private boolean isNull;

    /** Reads a cell, which is the next value of {@code in}. */
    void readCell(ProtoCursor in) throws IOException {
        clear();
        int outside = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
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
        in.leave(outside);
    }

    void clear() {
        real = 0;
        integer = 0;
        textFrom = 0;
        textTo = 0;
        isNull = false;
    }

    void readReal(ProtoCursor in) throws IOException {
        real = in.real();
    }

    void readInteger(ProtoCursor in) throws IOException {
        integer = in.integer();
    }

    void readText(ProtoCursor in) throws IOException {
        in.text();
        textFrom = in.from();
        textTo = in.to();
    }

    boolean isNull() {
        return isNull;
    }

    /** Puts the value of this type as JSON; null if there is no type. */
    void write(int type, byte[] bytes, PaidBytes out) {
        if (isNull || !Types.known(type)) {
            out.ascii("null");
        } else if (type == Types.FLOAT) {
            out.number(real);
        } else if (type == Types.INTEGER) {
            out.digits(integer);
        } else {
            out.quoted(bytes, textFrom, textTo);
        }
    }
}
