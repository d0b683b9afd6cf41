package io.merlinadapter.upi.table;

import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;

import caraml.upi.v1.TableOuterClass.Row;
import com.google.flatbuffers.FlatBufferBuilder;
import io.merlinadapter.memory.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Null;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table of protobuf as a stream of Arrow's IPC format: its schema, all rows in one record batch, the end. The rows are
 * read once, straight into the columns; before, they are counted, and texts are measured. For one table, on one thread.
 */
final class ArrowWriter {
    private static final int CELL = Row.VALUES_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    /** Begins each message of a stream; alone it ends the stream. */
    static final int CONTINUATION = 0xffffffff;

    /** Of a message: the mark, and the size of its metadata. */
    static final int FRAME = 8;

    /** What a column costs meanwhile besides its name: in the schema and the metadata, both of which grow by doubling. */
    private static final int PER_COLUMN = 400;

    private static final int SMALL = 1024;

    private final TableReader table;
    private final int columns;
    private final Scalar cell = new Scalar();
    /** Of each column, where its values are, or its offsets; then where its texts begin, and how long those are so far. */
    private final int[] values;

    private final int[] texts;
    private final int[] textSizes;
    private final int[] nulls;
    private final boolean[] isReal;
    private int rows;
    private int body;
    private byte[] bytes = {};

    private ArrowWriter(TableReader table) {
        this.table = table;
        this.columns = table.columns();
        this.values = new int[columns];
        this.texts = new int[columns];
        this.textSizes = new int[columns];
        this.nulls = new int[columns];
        this.isReal = new boolean[columns];
    }

    /**
     * The stream of a table whose head was read.
     *
     * @param limit how many bytes it may have
     */
    static Body write(TableReader table, MessageMemory memory, int limit) throws IOException {
        long price = (long) PER_COLUMN * table.columns();
        memory.pay(price);
        try (Output out = new Output(memory, limit, SMALL)) {
            new ArrowWriter(table).write(out);
            return out.take();
        } finally {
            memory.giveBack(price);
        }
    }

    private void write(Output out) throws IOException {
        measure();
        put(schema(), out);
        long size = size();
        ByteBuffer draft = metadata(size);
        int head = out.length() + FRAME + padded(draft.remaining());
        out.exactly(head - out.length() + size + FRAME);
        bytes = out.bytes();
        body = head;
        layOut();
        fill();
        // As long as the draft, for what has changed are numbers of a fixed width: places, and how many nulls there
        // are.
        put(metadata(size), out);
        out.setLength((int) (head + size));
        out.fixed32(CONTINUATION).fixed32(0);
    }

    private static long padded(long size) {
        return (size + 7) & ~7L;
    }

    private static int padded(int size) {
        return (size + 7) & ~7;
    }

    /** Writes a message of the stream, but for its body. */
    private static void put(ByteBuffer metadata, Output out) {
        int size = metadata.remaining();
        out.fixed32(CONTINUATION).fixed32(padded(size));
        out.put(new Slice(metadata.array(), metadata.arrayOffset() + metadata.position(), metadata.limit()));
        for (int i = size; i < padded(size); i++) {
            out.put(0);
        }
    }

    private void measure() throws IOException {
        boolean hasTexts = false;
        for (int i = 0; i < columns; i++) {
            hasTexts |= table.typeOf(i) == ColumnType.STRING;
            isReal[i] = table.typeOf(i) == ColumnType.FLOAT;
        }
        if (hasTexts) {
            table.eachRow((tag, in) -> readRow(in, false));
        } else {
            table.eachRow((tag, in) -> in.skip(tag));
        }
        rows = table.rowsRead();
    }

    private long validitySize() {
        return padded((rows + 7L) / 8);
    }

    /** How long the first buffer of values is; 0 where there is none. */
    private long valuesSize(int column) {
        ColumnType type = table.typeOf(column);
        if (type == null) {
            return 0;
        }
        return type == ColumnType.STRING ? padded((rows + 1L) * Integer.BYTES) : (long) rows * Long.BYTES;
    }

    /** How long the body is. */
    private long size() {
        long size = 0;
        for (int i = 0; i < columns; i++) {
            size += table.typeOf(i) == null ? 0 : validitySize() + valuesSize(i) + padded((long) textSizes[i]);
        }
        return size;
    }

    /** Finds the places of all columns, and takes all values for valid. */
    private void layOut() {
        int at = body;
        for (int i = 0; i < columns; i++) {
            if (table.typeOf(i) != null) {
                Arrays.fill(bytes, at, at + rows / 8, (byte) 0xff);
                if (rows % 8 > 0) {
                    bytes[at + rows / 8] = (byte) ((1 << rows % 8) - 1);
                }
                at += (int) validitySize();
                values[i] = at;
                at += (int) valuesSize(i);
                texts[i] = at;
                at += padded(textSizes[i]);
            }
        }
        Arrays.fill(textSizes, 0);
    }

    private void fill() throws IOException {
        table.eachRow((tag, in) -> {
            readRow(in, true);
            table.told();
        });
    }

    private void readRow(ProtoInput in, boolean fills) throws IOException {
        int count = 0;
        int untyped = -1;
        int end = in.enter();
        while (in.at() < end) {
            int plain = reals(in, end, count, fills);
            if (plain > 0) {
                in.skipBytes(plain * Scalar.REAL_CELL);
                count += plain;
                continue;
            }
            int tag = in.tag();
            if (tag == CELL) {
                cell.readCell(in);
                if (count < columns) {
                    ColumnType type = table.typeOf(count);
                    put(type, count, fills);
                    untyped = type != null || cell.isNull() || untyped >= 0 ? untyped : count;
                }
                count++;
            } else {
                table.readRowId(tag, in);
            }
        }
        in.leave(end);
        table.check(count, untyped);
    }

    /** Takes the cells that come next and are plain doubles for columns of those: most cells of most tables. Returns how many. */
    private int reals(ProtoInput in, int end, int first, boolean fills) {
        byte[] from = in.bytes();
        byte[] to = bytes;
        int[] places = values;
        int at = in.at();
        int offset = table.row() * Double.BYTES;
        int most = Math.min(columns, first + (end - at) / Scalar.REAL_CELL);
        int column = first;
        while (column < most && isReal[column] && Scalar.isRealCell(from, at)) {
            if (fills) {
                LittleEndian.putLong(to, places[column] + offset, LittleEndian.getLong(from, at + 3));
            }
            column++;
            at += Scalar.REAL_CELL;
        }
        return column - first;
    }

    private void put(@Nullable ColumnType type, int column, boolean fills) {
        boolean isText = type == ColumnType.STRING;
        if (!fills) {
            textSizes[column] += isText && !cell.isNull() ? cell.text().length() : 0;
            return;
        }
        int row = table.row();
        int at = values[column];
        if (cell.isNull()) {
            nulls[column]++;
            if (type != null) {
                bytes[at - (int) validitySize() + row / 8] &= (byte) ~(1 << row % 8);
            }
        } else if (type == ColumnType.FLOAT) {
            LittleEndian.putLong(bytes, at + row * Long.BYTES, Double.doubleToRawLongBits(cell.real()));
        } else if (type == ColumnType.INTEGER) {
            LittleEndian.putLong(bytes, at + row * Long.BYTES, cell.integer());
        } else if (isText) {
            Slice text = cell.text();
            System.arraycopy(text.bytes, text.from, bytes, texts[column] + textSizes[column], text.length());
            textSizes[column] += text.length();
        }
        if (isText) {
            LittleEndian.putInt(bytes, at + (row + 1) * Integer.BYTES, textSizes[column]);
        }
    }

    private ByteBuffer schema() throws IOException {
        FlatBufferBuilder builder = new FlatBufferBuilder(SMALL);
        int[] fields = new int[columns];
        int none = Field.createChildrenVector(builder, new int[0]);
        int[] types = new int[1 + ColumnType.STRING.number];
        table.eachColumn(() -> {
            int index = table.column();
            ColumnType type = table.typeOf(index);
            int place = type == null ? 0 : type.number;
            types[place] = types[place] == 0 ? type(type, builder) : types[place];
            Slice name = table.columnName();
            int shown = builder.createString(ByteBuffer.wrap(name.bytes, name.from, name.length()));
            fields[index] = Field.createField(builder, shown, true, kind(type), types[place], 0, none, 0);
        });
        int vector = Schema.createFieldsVector(builder, fields);
        return message(builder, MessageHeader.Schema, Schema.createSchema(builder, Endianness.Little, vector, 0, 0), 0);
    }

    private static byte kind(@Nullable ColumnType type) {
        return type == null
                ? Type.Null
                : switch (type) {
                    case FLOAT -> Type.FloatingPoint;
                    case INTEGER -> Type.Int;
                    case STRING -> Type.Utf8;
                };
    }

    private static int type(@Nullable ColumnType type, FlatBufferBuilder builder) {
        if (type == null) {
            Null.startNull(builder);
            return Null.endNull(builder);
        }
        return switch (type) {
            case FLOAT -> FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
            case INTEGER -> Int.createInt(builder, Long.SIZE, true);
            case STRING -> {
                Utf8.startUtf8(builder);
                yield Utf8.endUtf8(builder);
            }
        };
    }

    private static ByteBuffer message(FlatBufferBuilder builder, byte kind, int header, long body) {
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, kind, header, body, 0));
        return builder.dataBuffer();
    }

    /** That of the record batch, whose body has so many bytes. */
    private ByteBuffer metadata(long size) {
        FlatBufferBuilder builder = new FlatBufferBuilder(SMALL);
        int buffers = 0;
        for (int i = 0; i < columns; i++) {
            ColumnType type = table.typeOf(i);
            buffers += type == null ? 0 : type == ColumnType.STRING ? 3 : 2;
        }
        RecordBatch.startBuffersVector(builder, buffers);
        // Backwards, as all of it is built.
        for (int i = columns - 1; i >= 0; i--) {
            ColumnType type = table.typeOf(i);
            if (type != null) {
                if (type == ColumnType.STRING) {
                    Buffer.createBuffer(builder, (long) texts[i] - body, textSizes[i]);
                }
                long width = type == ColumnType.STRING ? (rows + 1L) * Integer.BYTES : (long) rows * Long.BYTES;
                Buffer.createBuffer(builder, (long) values[i] - body, width);
                // Without nulls, a reader need not look at it.
                Buffer.createBuffer(builder, values[i] - body - validitySize(), nulls[i] == 0 ? 0 : (rows + 7L) / 8);
            }
        }
        int buffersAt = builder.endVector();
        RecordBatch.startNodesVector(builder, columns);
        for (int i = columns - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, rows, table.typeOf(i) == null ? rows : nulls[i]);
        }
        int nodes = builder.endVector();
        int batch = RecordBatch.createRecordBatch(builder, rows, nodes, buffersAt, 0, 0);
        return message(builder, MessageHeader.RecordBatch, batch, size);
    }
}
