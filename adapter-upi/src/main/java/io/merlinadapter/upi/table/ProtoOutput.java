package io.merlinadapter.upi.table;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import java.io.IOException;

/**
 * Writes a message of protobuf. Fields at their default are left out, as all of protobuf's own writers do: whoever reads and
 * writes the message again gets as many bytes. For one thread.
 */
final class ProtoOutput {
    /** Bytes of a tag with a number or a length. */
    private static final int FIELD = 20;

    private final Output out;
    private CodedOutputStream coded;
    /** Where in the array {@link #coded} has begun to write. */
    private int base;

    ProtoOutput(Output out) {
        this.out = out;
        this.coded = resume();
    }

    /** As {@link Output#translating}. */
    void translating(int from, int to) {
        finish();
        out.translating(from, to);
    }

    /** As {@link Output#translated}. */
    void translated(int at) {
        out.translated(at);
    }

    byte[] bytes() {
        return out.bytes();
    }

    /** Where the next byte will be. */
    int at() {
        return base + coded.getTotalBytesWritten();
    }

    /** Forgets all from {@code at} on. */
    void cut(int at) {
        out.setLength(at);
        coded = resume();
    }

    /** Tells the output how far it reaches. Nothing more may be written here then. */
    void finish() {
        out.setLength(at());
    }

    /** Makes room for {@code size} bytes. */
    CodedOutputStream room(int size) {
        if (coded.spaceLeft() < size) {
            finish();
            out.room(size);
            coded = resume();
        }
        return coded;
    }

    private CodedOutputStream resume() {
        base = out.length();
        return CodedOutputStream.newInstance(out.bytes(), base, out.bytes().length - base);
    }

    void real(int field, double value) throws IOException {
        if (Double.doubleToRawLongBits(value) != 0) {
            room(FIELD).writeDouble(field, value);
        }
    }

    /** An integer, an enum or a bool. */
    void integer(int field, long value) throws IOException {
        if (value != 0) {
            room(FIELD).writeInt64(field, value);
        }
    }

    void text(int field, byte[] utf8, int from, int to) throws IOException {
        if (from < to) {
            room(FIELD + to - from).writeByteArray(field, utf8, from, to - from);
        }
    }

    void text(int field, byte[] utf8) throws IOException {
        text(field, utf8, 0, utf8.length);
    }

    /** The string that the scanner is at, of which {@link JsonScanner#textSize} is {@code size}. */
    void text(int field, JsonScanner string, byte[] json, int size) throws IOException, JsonException {
        if (string.isPlain()) {
            text(field, json, string.start() + 1, string.end() - 1);
        } else if (size > 0) {
            CodedOutputStream head = room(FIELD + size);
            head.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            head.writeUInt32NoTag(size);
            cut(string.copyText(out.bytes(), at()));
        }
    }

    /**
     * Begins a field that is a message.
     *
     * @param expected about how many bytes it will have
     * @return what goes to {@link #end}: where the message begins
     */
    int begin(int field, int expected) throws IOException {
        CodedOutputStream head = room(FIELD);
        head.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int width = CodedOutputStream.computeUInt32SizeNoTag(expected);
        for (int i = 0; i < width; i++) {
            head.writeRawByte((byte) width);
        }
        return at();
    }

    /** Puts the length of the message in front of it; if that takes other room than was expected, the message moves. */
    void end(int start) throws IOException {
        int size = at() - start;
        int expected = out.bytes()[start - 1];
        int width = CodedOutputStream.computeUInt32SizeNoTag(size);
        if (width != expected) {
            room(width);
            int moved = start - expected + width;
            System.arraycopy(out.bytes(), start, out.bytes(), moved, size);
            cut(moved + size);
        }
        CodedOutputStream.newInstance(out.bytes(), start - expected, width).writeUInt32NoTag(size);
    }
}
