package io.merlinadapter.upi.payload;

import java.io.IOException;

/**
 * Where the bytes of one message are. A field that holds a message may come more than once, and then means all of them,
 * one behind the other. For one thread.
 */
final class Ranges {
    private final PaidInts bounds;

    Ranges(Purse purse) {
        bounds = new PaidInts(purse);
    }

    Ranges(Purse purse, int from, int to) {
        this(purse);
        add(from, to);
    }

    void add(int from, int to) {
        bounds.add(from);
        bounds.add(to);
    }

    boolean isEmpty() {
        return bounds.count() == 0;
    }

    /** Calls the reader with each field of the message, right behind its tag. */
    void eachField(byte[] bytes, FieldReader reader) throws IOException {
        for (int i = 0; i < bounds.count(); i += 2) {
            ProtoCursor in = new ProtoCursor(bytes, bounds.get(i), bounds.get(i + 1));
            for (int tag = in.tag(); tag != 0; tag = in.tag()) {
                reader.field(tag, in);
            }
        }
    }

    /** Reads the value of a field, all of it. */
    interface FieldReader {
        void field(int tag, ProtoCursor in) throws IOException;
    }
}
