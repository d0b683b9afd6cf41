package io.merlinadapter.upi.table;

import com.google.protobuf.CodedInputStream;
import io.merlinadapter.json.Utf8;
import java.io.IOException;

/**
 * Walks through a message of protobuf that lies in an array, and makes no object of what is in it: a text is a range of
 * bytes. For one thread.
 */
final class ProtoInput {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final CodedInputStream in;
    private int from;
    private int to;

    /** Reads the value of a field, all of it. */
    interface FieldReader {
        void read(int tag, ProtoInput in) throws IOException;
    }

    ProtoInput(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.start = from;
        this.end = to;
        this.in = CodedInputStream.newInstance(bytes, from, to - from);
    }

    /** Calls the reader with each field of the message. */
    static void eachField(byte[] bytes, int from, int to, FieldReader reader) throws IOException {
        ProtoInput in = new ProtoInput(bytes, from, to);
        while (in.at() < to) {
            reader.read(in.tag(), in);
        }
    }

    /** Where the next byte is, in the array. */
    int at() {
        return start + in.getTotalBytesRead();
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
        if (size < 0 || size > end - at()) {
            throw new IOException("it ends in the middle of a field");
        }
        return at() + size;
    }

    /** Passes by what is left of a message that ends at {@code messageEnd}. */
    void skipTo(int messageEnd) throws IOException {
        in.skipRawBytes(messageEnd - at());
    }

    void leave(int messageEnd) throws IOException {
        if (at() != messageEnd) {
            throw new IOException("a field goes beyond the message that it is in");
        }
    }

    /** The message that is the next value, field by field. */
    void eachField(FieldReader reader) throws IOException {
        int messageEnd = enter();
        while (at() < messageEnd) {
            reader.read(in.readTag(), this);
        }
        leave(messageEnd);
    }

    /** Passes by a text, which is from {@link #from} to {@link #to}. */
    void text() throws IOException {
        to = enter();
        from = at();
        in.skipRawBytes(to - from);
        int fault = Utf8.firstFault(bytes, from, to - from);
        if (fault >= 0) {
            throw new IOException("a text is not UTF-8 (byte " + (fault - start) + ")");
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
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
