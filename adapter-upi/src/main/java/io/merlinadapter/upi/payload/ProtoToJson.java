package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.Shape.Field;
import io.merlinadapter.upi.payload.Shape.Kind;
import java.io.IOException;

/**
 * Puts a message of protobuf as its JSON, with what is at its default left out, as protobuf's own writers do. For messages in
 * which a field that holds one message comes once. For one message, on one thread.
 */
final class ProtoToJson {
    private static final int NOT_FOUND = -1;

    private final byte[] bytes;
    private final PaidBytes out;

    ProtoToJson(byte[] bytes, PaidBytes out) {
        this.bytes = bytes;
        this.out = out;
    }

    /** Puts the message that lies here, with a pass over it for each of its fields, as they may come in any order. */
    void message(Shape shape, int from, int to) throws IOException {
        out.put('{');
        int before = out.length();
        for (Field field : shape.fields()) {
            if (field.repeated()) {
                list(field, from, to, before);
            } else {
                single(field, from, to, before);
            }
        }
        out.put('}');
    }

    private void list(Field field, int from, int to, int before) throws IOException {
        ProtoCursor in = new ProtoCursor(bytes, from, to);
        boolean any = false;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag != field.tag()) {
                in.skip(tag);
                continue;
            }
            if (any) {
                out.put(',');
            } else {
                name(field, before);
                out.put('[');
            }
            any = true;
            in.range();
            message(field.message(), in.from(), in.to());
        }
        if (any) {
            out.put(']');
        }
    }

    /** The last one counts. */
    private void single(Field field, int from, int to, int before) throws IOException {
        ProtoCursor in = new ProtoCursor(bytes, from, to);
        int at = NOT_FOUND;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            at = tag == field.tag() ? in.at() : at;
            in.skip(tag);
        }
        if (at != NOT_FOUND) {
            value(field, new ProtoCursor(bytes, at, to), before);
        }
    }

    private void value(Field field, ProtoCursor in, int before) throws IOException {
        if (field.kind() == Kind.REAL) {
            double real = in.real();
            if (Double.doubleToRawLongBits(real) != 0) {
                name(field, before);
                out.number(real);
            }
        } else if (field.kind() == Kind.MESSAGE || field.kind() == Kind.TEXT) {
            in.range();
            if (field.kind() == Kind.MESSAGE) {
                name(field, before);
                message(field.message(), in.from(), in.to());
            } else if (in.from() < in.to()) {
                name(field, before);
                out.quoted(bytes, in.from(), in.to());
            }
        } else {
            long number = in.integer();
            if (number != 0) {
                name(field, before);
                varint(field, number);
            }
        }
    }

    private void varint(Field field, long number) {
        String word = field.kind() == Kind.ENUM ? field.word((int) number) : null;
        if (field.kind() == Kind.BOOL) {
            out.ascii("true");
        } else if (word != null) {
            out.quoted(word);
        } else if (field.kind() == Kind.ENUM) {
            // Ten bytes may say more than fits, of which protobuf takes the lower half.
            int low = (int) number;
            out.digits(low);
        } else {
            out.put('"');
            out.digits(number);
            out.put('"');
        }
    }

    private void name(Field field, int before) {
        if (out.length() > before) {
            out.put(',');
        }
        out.quoted(field.jsonName(), 0, field.jsonName().length);
        out.put(':');
    }
}
