package io.merlinadapter.upi.payload;

import java.io.IOException;

/** A variable of protobuf, read and put as JSON. For one thread. */
final class VariableScan {
    private final byte[] bytes;
    private final Scalar value = new Scalar();
    private int nameFrom;
    private int nameTo;
    private int type;

    /** @param bytes what holds the variables that will be read */
    VariableScan(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads the variable that is the next value of {@code in}. */
    void read(ProtoCursor in) throws IOException {
        value.clear();
        nameFrom = 0;
        nameTo = 0;
        type = Types.NONE;
        int outside = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            readField(tag, in);
        }
        in.leave(outside);
    }

    private void readField(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.VARIABLE_NAME) {
            in.text();
            nameFrom = in.from();
            nameTo = in.to();
        } else if (tag == Tags.VARIABLE_TYPE) {
            type = in.enumeration();
        } else if (tag == Tags.VARIABLE_DOUBLE) {
            value.readReal(in);
        } else if (tag == Tags.VARIABLE_INTEGER) {
            value.readInteger(in);
        } else if (tag == Tags.VARIABLE_STRING) {
            value.readText(in);
        } else {
            in.skip(tag);
        }
    }

    /** Puts it as {@code {"name":…,"type":…,"value":…}}. */
    void write(PaidBytes out) {
        out.ascii("{\"name\":");
        out.quoted(bytes, nameFrom, nameTo);
        out.ascii(",\"type\":");
        Types.write(type, out);
        out.ascii(",\"value\":");
        value.write(type, bytes, out);
        out.put('}');
    }
}
