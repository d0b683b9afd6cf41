package io.merlinadapter.upi.table;

import com.google.protobuf.CodedInputStream;
import io.merlinadapter.json.Utf8;
import java.io.IOException;

/** Walks through a message of protobuf, and makes no object of what is in it but {@link Slice slices}. For one thread. */
final class ProtoInput {
    private final Slice message;
    private final CodedInputStream in;

    /** Reads the value of a field, all of it. */
    interface FieldReader {
        void read(int tag, ProtoInput in) throws IOException;
    }

    ProtoInput(Slice message) {
        this.message = message;
        this.in = CodedInputStream.newInstance(message.bytes, message.from, message.length());
    }

    /** Reads the fields with this tag, and passes by all others. */
    static FieldReader only(int wanted, FieldReader reader) {
        return (tag, in) -> {
            if (tag == wanted) {
                reader.read(tag, in);
            } else {
                in.skip(tag);
            }
        };
    }

    /** The whole message, field by field. */
    void all(FieldReader reader) throws IOException {
        while (at() < message.to) {
            reader.read(tag(), this);
        }
    }

    /** The message that is the next value, field by field. */
    void eachField(FieldReader reader) throws IOException {
        int end = enter();
        while (at() < end) {
            reader.read(tag(), this);
        }
        leave(end);
    }

    /** Where the next byte is, in the array. */
    int at() {
        return message.from + in.getTotalBytesRead();
    }

    byte[] bytes() {
        return message.bytes;
    }

    /** Passes by bytes that were read in the array. */
    void skipBytes(int count) throws IOException {
        in.skipRawBytes(count);
    }

    /** The tag of the next field, which there must be. */
    int tag() throws IOException {
        return in.readTag();
    }

    /** Passes by a field that nobody wants. */
    void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new IOException("a group ends without a start");
        }
    }

    /** Goes into the message that is the next value. Returns where it ends, which goes to {@link #leave}. */
    int enter() throws IOException {
        int size = in.readRawVarint32();
        if (size < 0 || size > message.to - at()) {
            throw new IOException("it ends in the middle of a field");
        }
        return at() + size;
    }

    void leave(int end) throws IOException {
        if (at() != end) {
            throw new IOException("a field goes beyond the message that it is in");
        }
    }

    /** The bytes that are the next value. */
    Slice slice() throws IOException {
        int end = enter();
        Slice slice = new Slice(message.bytes, at(), end);
        in.skipRawBytes(slice.length());
        return slice;
    }

    Slice text() throws IOException {
        Slice text = slice();
        int fault = Utf8.firstFault(text.bytes, text.from, text.length());
        if (fault >= 0) {
            throw new IOException("a text is not UTF-8 (byte " + (fault - message.from) + ")");
        }
        return text;
    }

    double real() throws IOException {
        return in.readDouble();
    }

    long integer() throws IOException {
        return in.readInt64();
    }

    int int32() throws IOException {
        return in.readInt32();
    }

    boolean bool() throws IOException {
        return in.readBool();
    }
}
