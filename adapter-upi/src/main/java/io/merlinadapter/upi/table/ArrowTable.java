package io.merlinadapter.upi.table;

import io.merlinadapter.json.Utf8;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.jspecify.annotations.Nullable;

/**
 * The table in a stream of Arrow's IPC format, as a program has written it: a schema, record batches, the end. Nothing in it is
 * believed: each place is looked at before it is read, and what a place outside of the metadata would be is seen by the bounds
 * of the array. For one stream, on one thread.
 */
final class ArrowTable implements AutoCloseable {
    /** What a column costs here: its places, and its share of the arrays that hold them. */
    private static final int PER_COLUMN = 64;

    /** Bytes of the metadata that a column has at least: where its field is. */
    private static final int LEAST_OF_FIELD = 4;

    private final byte[] bytes;
    private final int first;
    private final int to;
    private final String called;
    private final MessageMemory memory;
    private int at;
    private long paid;
    private ArrowColumn[] columns = {};
    private int rows;

    /** @param called what a message calls the stream */
    ArrowTable(Body payload, String called, MessageMemory memory) {
        this.bytes = payload.bytes();
        this.first = payload.offset();
        this.at = first;
        this.to = at + payload.length();
        this.called = called;
        this.memory = memory;
    }

    /** Reads what comes before the rows. */
    void readSchema() {
        try {
            Message message = next();
            if (message == null || message.headerType() != MessageHeader.Schema) {
                throw fault("does not begin with a schema");
            }
            Schema schema = (Schema) message.header(new Schema());
            if (schema == null || message.bodyLength() != 0) {
                throw fault("has no schema in its first message");
            } else if (schema.endianness() != Endianness.Little) {
                throw fault("is big-endian (expected: little-endian)");
            }
            readFields(schema);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw broken(e);
        }
    }

    private void readFields(Schema schema) {
        int count = schema.fieldsLength();
        if (count < 0 || count > (at - first) / LEAST_OF_FIELD) {
            throw fault("has a schema of " + count + " columns");
        }
        memory.pay((long) count * PER_COLUMN);
        paid = (long) count * PER_COLUMN;
        ArrowColumn[] all = new ArrowColumn[count];
        Field field = new Field();
        ByteBuffer named = schema.getByteBuffer().duplicate();
        int origin = named.arrayOffset();
        for (int i = 0; i < count; i++) {
            Field found = schema.fields(field, i);
            ByteBuffer name = found == null ? null : found.nameInByteBuffer(named);
            Slice shown =
                    name == null ? Slice.EMPTY : new Slice(bytes, origin + name.position(), origin + name.limit());
            if (found == null || Utf8.firstFault(shown.bytes, shown.from, shown.length()) >= 0) {
                throw fault("has a column " + i + " without a name in UTF-8");
            }
            all[i] = column(found, shown);
        }
        columns = all;
    }

    private ArrowColumn column(Field field, Slice name) {
        if (field.dictionary() != null) {
            throw unfit(name, "dictionary-encoded", "decode it, as with pyarrow's dictionary_decode()");
        }
        return switch (field.typeType()) {
            case Type.Null -> new ArrowColumn(name, ArrowColumn.Kind.NULL);
            case Type.Utf8 -> new ArrowColumn(name, ArrowColumn.Kind.TEXT);
            case Type.LargeUtf8 -> new ArrowColumn(name, ArrowColumn.Kind.LARGE_TEXT);
            case Type.FloatingPoint -> new ArrowColumn(name, real((FloatingPoint) field.type(new FloatingPoint())));
            case Type.Int -> new ArrowColumn(name, integer((Int) field.type(new Int())));
            case Type.Bool -> throw unfit(name, "of type Bool", "cast it to int8, or to a text");
            case Type.Utf8View -> throw unfit(name, "of type Utf8View", "cast it to Utf8, pyarrow's string");
            default -> {
                int kind = field.typeType();
                String type = kind > 0 && kind < Type.names.length ? Type.name(kind) : Integer.toString(kind);
                throw unfit(
                        name,
                        "of type " + type,
                        "cast it to a Float, an Int or Utf8: nothing else is a value of UPI's");
            }
        };
    }

    private ArrowColumn.Kind real(@Nullable FloatingPoint type) {
        int precision = type == null ? -1 : type.precision();
        return switch (precision) {
            case Precision.HALF -> ArrowColumn.Kind.FLOAT16;
            case Precision.SINGLE -> ArrowColumn.Kind.FLOAT32;
            case Precision.DOUBLE -> ArrowColumn.Kind.FLOAT64;
            default -> throw fault("has a FloatingPoint of precision " + precision);
        };
    }

    private ArrowColumn.Kind integer(@Nullable Int type) {
        int width = type == null ? -1 : type.bitWidth();
        boolean signed = type != null && type.isSigned();
        return switch (width) {
            case Byte.SIZE -> signed ? ArrowColumn.Kind.INT8 : ArrowColumn.Kind.UINT8;
            case Short.SIZE -> signed ? ArrowColumn.Kind.INT16 : ArrowColumn.Kind.UINT16;
            case Integer.SIZE -> signed ? ArrowColumn.Kind.INT32 : ArrowColumn.Kind.UINT32;
            case Long.SIZE -> signed ? ArrowColumn.Kind.INT64 : ArrowColumn.Kind.UINT64;
            default -> throw fault("has an Int of " + width + " bits");
        };
    }

    ArrowColumn[] columns() {
        return columns;
    }

    /** Reads on to the next record batch. Returns false if there is none. */
    boolean nextBatch() {
        try {
            Message message = next();
            if (message == null) {
                return false;
            }
            if (message.headerType() == MessageHeader.DictionaryBatch) {
                throw fault("has a dictionary batch (expected: no columns that are dictionary-encoded)");
            } else if (message.headerType() != MessageHeader.RecordBatch) {
                throw fault("has a message that is no record batch");
            }
            long size = message.bodyLength();
            if (size < 0 || size > to - at) {
                throw fault("ends within the body of a record batch");
            }
            RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
            if (batch == null) {
                throw fault("has a message that is no record batch");
            }
            readBatch(batch, (int) size);
            at += (int) size;
            return true;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw broken(e);
        }
    }

    /** The next message of the stream; null at its end. Behind it is its body. */
    private @Nullable Message next() {
        if (at == to) {
            return null;
        }
        if (to - at < ArrowWriter.FRAME || LittleEndian.getInt(bytes, at) != ArrowWriter.CONTINUATION) {
            throw fault("is none: no message begins at byte " + (at - first)
                    + " (expected: Arrow's IPC streaming format, such as pyarrow.ipc.new_stream writes, and no file)");
        }
        int size = LittleEndian.getInt(bytes, at + 4);
        at += ArrowWriter.FRAME;
        if (size == 0) {
            if (at != to) {
                throw fault("has " + (to - at) + " bytes behind its end");
            }
            return null;
        } else if (size < 0 || size > to - at) {
            throw fault("ends within the metadata of a message");
        }
        ByteBuffer metadata = ByteBuffer.wrap(bytes, at, size).slice().order(ByteOrder.LITTLE_ENDIAN);
        at += size;
        Message message = Message.getRootAsMessage(metadata);
        if (message.version() < MetadataVersion.V4) {
            throw fault("has the version " + message.version() + " of metadata (expected: V4 or V5)");
        }
        return message;
    }

    private void readBatch(RecordBatch batch, int size) {
        if (batch.compression() != null) {
            throw fault("is compressed (expected: options without compression)");
        }
        long count = batch.length();
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw fault("has a record batch of " + count + " rows");
        }
        rows = (int) count;
        if (batch.nodesLength() != columns.length) {
            throw fault("has a record batch of " + batch.nodesLength() + " columns (expected: " + columns.length + ")");
        }
        int index = 0;
        FieldNode node = new FieldNode();
        Buffer buffer = new Buffer();
        for (int i = 0; i < columns.length; i++) {
            FieldNode found = batch.nodes(node, i);
            if (found == null || found.length() != rows) {
                throw fault("has columns of other lengths than its record batch");
            }
            index = columns[i].place(this, batch, buffer, index, found.nullCount(), size);
        }
        if (index != batch.buffersLength()) {
            throw fault("has a record batch of " + batch.buffersLength() + " buffers (expected: " + index + ")");
        }
    }

    /**
     * Writes the cells of a row, from a column on, as long as they are doubles and none is null: most are in most tables.
     *
     * @return the first column that was not written
     */
    int writeReals(int row, int first, Output out) {
        ArrowColumn[] all = columns;
        int column = first;
        if (!out.mayHold((long) Scalar.REAL_CELL * (all.length - first))) {
            return column;
        }
        byte[] from = bytes;
        byte[] target = out.bytes();
        int end = out.length();
        while (column < all.length && all[column].isPlain()) {
            long bits = LittleEndian.getLong(from, all[column].values() + row * Double.BYTES);
            end = Scalar.putRealCell(bits, target, end);
            column++;
        }
        out.setLength(end);
        return column;
    }

    /** Rows of this record batch. */
    int rows() {
        return rows;
    }

    /** Where the body of the batch begins that is read. */
    int body() {
        return at;
    }

    byte[] bytes() {
        return bytes;
    }

    private PredictException unfit(Slice column, String what, String advice) {
        return fault("has a column " + column.shown() + " that is " + what + "; " + advice);
    }

    /** What is wrong with the stream. */
    PredictException fault(String what) {
        return Reply.fault(called + " " + what);
    }

    private PredictException broken(RuntimeException how) {
        return fault("can't be read: its metadata is broken ("
                + how.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ")");
    }

    @Override
    public void close() {
        memory.giveBack(paid);
        paid = 0;
    }
}
