package io.merlinadapter.upi.payload;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;

/**
 * Walks through a message of protobuf that lies in an array, and makes no object of what is in it: a text or message is a
 * range of bytes. For one thread.
 */
final class ProtoCursor {
    private final byte[] bytes;
    private final int start;
    private final CodedInputStream in;
    private int from;
    private int to;

    ProtoCursor(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.start = from;
        this.in = CodedInputStream.newInstance(bytes, from, to - from);
    }

    /** The tag of the next field, or 0 at the end of the message. */
    int tag() throws IOException {
        return in.readTag();
    }

    /** Where the next byte is, in the array. */
    int at() {
        return start + in.getTotalBytesRead();
    }

    /** Passes by a field that nobody knows. */
    void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new IOException("a group ends without a start");
        }
    }

    /** Goes into the message that is the next value; what is returned goes to {@link #leave}. */
    int enter() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    void leave(int outside) throws IOException {
        in.checkLastTagWas(0);
        in.popLimit(outside);
    }

    /** Passes by a message or bytes, which are from {@link #from} {@link #to}. */
    void range() throws IOException {
        int size = in.readRawVarint32();
        from = at();
        in.skipRawBytes(size);
        to = at();
    }

    /** Passes by a text, which is from {@link #from} {@link #to}. */
    void text() throws IOException {
        range();
        if (!isUtf8(bytes, from, to)) {
            throw new IOException("a text is not UTF-8 (byte " + (from - start) + ")");
        }
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

    int enumeration() throws IOException {
        return in.readEnum();
    }

    boolean bool() throws IOException {
        return in.readBool();
    }

    static boolean isUtf8(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return UnsafeByteOperations.unsafeWrap(bytes, i, to - i).isValidUtf8();
            }
        }
        return true;
    }
}
