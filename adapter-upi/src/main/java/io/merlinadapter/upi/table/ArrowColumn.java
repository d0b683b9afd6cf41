package io.merlinadapter.upi.table;

import io.merlinadapter.json.Utf8;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;

/** A column of an {@link ArrowTable}: what its values are, and where those of the current record batch are. For one thread. */
final class ArrowColumn {
    private static final int BITS = 8;

    /** What the values are. */
    enum Kind {
        FLOAT64(8, ColumnType.FLOAT),
        FLOAT32(4, ColumnType.FLOAT),
        FLOAT16(2, ColumnType.FLOAT),
        INT64(8, ColumnType.INTEGER),
        INT32(4, ColumnType.INTEGER),
        INT16(2, ColumnType.INTEGER),
        INT8(1, ColumnType.INTEGER),
        UINT64(8, ColumnType.INTEGER),
        UINT32(4, ColumnType.INTEGER),
        UINT16(2, ColumnType.INTEGER),
        UINT8(1, ColumnType.INTEGER),
        /** With offsets of four bytes. */
        TEXT(4, ColumnType.STRING),
        /** With offsets of eight. */
        LARGE_TEXT(8, ColumnType.STRING),
        /** Nothing but nulls. */
        NULL(0, ColumnType.FLOAT);

        final int width;
        final ColumnType type;

        Kind(int width, ColumnType type) {
            this.width = width;
            this.type = type;
        }
    }

    private static final int NONE = -1;

    private final Slice name;
    private final Kind kind;
    /** Where its bits are of which values are no nulls; {@link #NONE} if none is null. */
    private int validity;

    private boolean isPlain;
    private int values;
    private int texts;
    private int textsSize;

    ArrowColumn(Slice name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    Slice name() {
        return name;
    }

    Kind kind() {
        return kind;
    }

    /** True if its values are doubles, and none is null. */
    boolean isPlain() {
        return isPlain;
    }

    int values() {
        return values;
    }

    /** Bytes of text in the batch. */
    int textsSize() {
        return textsSize;
    }

    /**
     * Finds its buffers in a batch of the table, which has so many bytes of body.
     *
     * @param first the index of its first buffer
     * @return the index of the next column's
     */
    int place(ArrowTable table, RecordBatch batch, Buffer buffer, int first, long nulls, int body) {
        int rows = table.rows();
        if (nulls < 0 || nulls > rows) {
            throw table.fault("has " + nulls + " nulls in the column " + name.shown());
        }
        textsSize = 0;
        validity = NONE;
        if (kind == Kind.NULL) {
            return first;
        }
        long valid = region(table, batch, buffer, first, body);
        if (nulls > 0) {
            check(table, size(valid), (rows + BITS - 1L) / BITS, "validity");
            validity = place(valid);
        }
        long region = region(table, batch, buffer, first + 1, body);
        values = place(region);
        isPlain = kind == Kind.FLOAT64 && validity == NONE;
        boolean isText = kind.type == ColumnType.STRING;
        // Without rows, there may be no offsets at all.
        check(table, size(region), isText && rows > 0 ? (rows + 1L) * kind.width : (long) rows * kind.width, "values");
        if (!isText) {
            return first + 2;
        }
        region = region(table, batch, buffer, first + 2, body);
        texts = place(region);
        textsSize = size(region);
        return first + 3;
    }

    /** Where the buffer is in the array, and behind it how many bytes it has. */
    private long region(ArrowTable table, RecordBatch batch, Buffer buffer, int index, int body) {
        Buffer found = index < batch.buffersLength() ? batch.buffers(buffer, index) : null;
        long offset = found == null ? -1 : found.offset();
        long size = found == null ? -1 : found.length();
        if (offset < 0 || size < 0 || offset > body || size > body - offset) {
            throw table.fault("has a buffer outside of its record batch, of the column " + name.shown());
        }
        return ((table.body() + offset) << Integer.SIZE) | size;
    }

    private static int place(long region) {
        return (int) (region >>> Integer.SIZE);
    }

    private static int size(long region) {
        return (int) region;
    }

    private void check(ArrowTable table, int size, long least, String which) {
        if (size < least) {
            throw table.fault("has " + size + " bytes of " + which + " in the column " + name.shown() + " (expected: "
                    + least + ")");
        }
    }

    boolean isNull(byte[] bytes, int row) {
        return kind == Kind.NULL || (validity != NONE && (bytes[validity + row / BITS] >> row % BITS & 1) == 0);
    }

    double real(byte[] bytes, int row) {
        int at = values + row * kind.width;
        return switch (kind) {
            case FLOAT64 -> Double.longBitsToDouble(LittleEndian.getLong(bytes, at));
            case FLOAT32 -> Float.intBitsToFloat(LittleEndian.getInt(bytes, at));
            default -> half(LittleEndian.getShort(bytes, at));
        };
    }

    /** That of 16 bits, which Java knows from version 20 on. */
    static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double size;
        if (exponent == 0x1f) {
            size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((double) fraction, -24);
        } else {
            size = Math.scalb((double) (fraction | 0x400), exponent - 25);
        }
        return bits < 0 ? -size : size;
    }

    long integer(ArrowTable table, byte[] bytes, int row) {
        int at = values + row * kind.width;
        return switch (kind) {
            case INT8 -> bytes[at];
            case UINT8 -> bytes[at] & 0xff;
            case INT16 -> LittleEndian.getShort(bytes, at);
            case UINT16 -> LittleEndian.getShort(bytes, at) & 0xffff;
            case INT32 -> LittleEndian.getInt(bytes, at);
            case UINT32 -> Integer.toUnsignedLong(LittleEndian.getInt(bytes, at));
            case UINT64 -> {
                long value = LittleEndian.getLong(bytes, at);
                if (value < 0) {
                    throw table.fault("has " + Long.toUnsignedString(value) + " in the column " + name.shown()
                            + " (expected: " + ColumnType.INTEGER.expected + ")");
                }
                yield value;
            }
            default -> LittleEndian.getLong(bytes, at);
        };
    }

    Slice text(ArrowTable table, byte[] bytes, int row) {
        int at = values + row * kind.width;
        boolean isLarge = kind == Kind.LARGE_TEXT;
        long from = isLarge ? LittleEndian.getLong(bytes, at) : LittleEndian.getInt(bytes, at);
        long to = isLarge ? LittleEndian.getLong(bytes, at + 8) : LittleEndian.getInt(bytes, at + 4);
        if (from < 0 || from > to || to > textsSize) {
            throw table.fault("has a text outside of its buffer, in the column " + name.shown());
        }
        Slice text = new Slice(bytes, texts + (int) from, texts + (int) to);
        if (Utf8.firstFault(bytes, text.from, text.length()) >= 0) {
            throw table.fault("has a text that is not UTF-8, in the column " + name.shown());
        }
        return text;
    }
}
