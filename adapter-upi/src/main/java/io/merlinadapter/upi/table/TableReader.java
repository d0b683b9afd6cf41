package io.merlinadapter.upi.table;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.text.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of protobuf, in one pass for each part of its JSON, because fields may come in any order. For one thread.
 */
final class TableReader implements AutoCloseable {
    /** All the bytes are the table. */
    static final int NO_WRAPPER = 0;

    private static final byte[] ROW_ID = "row_id".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_SHOWN = 100;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int wrapper;
    private final String called;
    /** Of each column, the number of its type; 0 if that is not known here. */
    private final Output types;

    private final Scalar cell = new Scalar();
    private int columns;
    private int nameFrom;
    private int nameTo;
    private int textFrom;
    private int textTo;
    private int type;
    /** Which column or row it is. */
    private int index;

    /** Is told of each part of the table. */
    private interface Part {
        void read(int index, ProtoInput in) throws IOException;
    }

    /**
     * @param wrapper the tag of the field that holds the table in a message; if it comes more than once, its messages are one
     *     table, as everywhere in protobuf
     * @param called what a message calls the table
     */
    TableReader(byte[] bytes, int from, int to, int wrapper, String called, MessageMemory memory) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.wrapper = wrapper;
        this.called = called;
        this.types = new Output(memory, Output.NO_LIMIT, 0);
    }

    /** Reads what has to be known before the rest: the name, and the types of the columns. */
    void readHead() throws IOException {
        eachField((tag, in) -> {
            if (tag == Tags.TABLE_NAME) {
                in.text();
                nameFrom = in.from();
                nameTo = in.to();
            } else {
                in.skip(tag);
            }
        });
        eachColumn((column, in) -> types.put(ColumnType.of(type) == null ? 0 : type));
        columns = types.length();
    }

    private void eachField(ProtoInput.FieldReader reader) throws IOException {
        ProtoInput.eachField(bytes, from, to, (tag, in) -> {
            if (wrapper == NO_WRAPPER) {
                reader.read(tag, in);
            } else if (tag == wrapper) {
                in.eachField(reader);
            } else {
                in.skip(tag);
            }
        });
    }

    private void eachColumn(Part part) throws IOException {
        index = 0;
        eachField((tag, in) -> {
            if (tag != Tags.TABLE_COLUMN) {
                in.skip(tag);
                return;
            }
            textFrom = 0;
            textTo = 0;
            type = 0;
            in.eachField(this::readColumn);
            part.read(index, in);
            index++;
        });
    }

    private void readColumn(int tag, ProtoInput in) throws IOException {
        if (tag == Tags.COLUMN_TYPE) {
            type = in.int32();
        } else {
            readText(Tags.COLUMN_NAME, tag, in);
        }
    }

    private void readText(int wanted, int tag, ProtoInput in) throws IOException {
        if (tag == wanted) {
            in.text();
            textFrom = in.from();
            textTo = in.to();
        } else {
            in.skip(tag);
        }
    }

    /** Calls the reader with each row before its fields are read. It has to read them. */
    private void eachRow(Part part) throws IOException {
        index = 0;
        eachField((tag, in) -> {
            if (tag != Tags.TABLE_ROW) {
                in.skip(tag);
                return;
            }
            textFrom = 0;
            textTo = 0;
            part.read(index, in);
            index++;
        });
    }

    private void eachRowId(Part part) throws IOException {
        eachRow((row, in) -> {
            in.eachField((tag, fields) -> readText(Tags.ROW_ID, tag, fields));
            part.read(row, in);
        });
    }

    /** What the platform's own tables have no room for. */
    void refuseColumnRowId() throws IOException {
        eachColumn((column, in) -> {
            if (Arrays.equals(bytes, textFrom, textTo, ROW_ID, 0, ROW_ID.length)) {
                throw fault(called + " has a column called \"row_id\" (expected: ids in the row_id of each row,"
                        + " and another name for the column)");
            }
        });
    }

    /** Keeps the table's name, and the ids of its rows in order. */
    void keep(Echo echo) throws IOException {
        echo.addTableName(bytes, nameFrom, nameTo);
        eachRowId((row, in) -> echo.addRowId(bytes, textFrom, textTo));
    }

    /** Writes {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}. */
    void write(JsonOutput out) throws IOException {
        out.raw("{\"name\":").text(bytes, nameFrom, nameTo).raw(",\"columns\":[");
        eachColumn((column, in) -> {
            out.comma(column);
            out.text(bytes, textFrom, textTo);
        });
        out.raw("],\"column_types\":[");
        for (int i = 0; i < columns; i++) {
            out.comma(i);
            out.type(typeOf(i));
        }
        out.raw("],\"row_ids\":[");
        eachRowId((row, in) -> {
            out.comma(row);
            out.text(bytes, textFrom, textTo);
        });
        out.raw("],\"data\":");
        writeData(out);
        out.raw('}');
    }

    /** Writes the values of the rows, {@code [[…],…]}. */
    void writeData(JsonOutput out) throws IOException {
        out.raw('[').translating(from, to);
        eachRow((row, in) -> {
            out.comma(row);
            writeRow(in, out.raw('['));
            out.raw(']').translated(in.at());
        });
        out.raw(']');
    }

    private void writeRow(ProtoInput in, JsonOutput out) throws IOException {
        int count = 0;
        int untyped = -1;
        int end = in.enter();
        while (in.at() < end) {
            int tag = in.tag();
            if (tag != Tags.ROW_VALUE) {
                readText(Tags.ROW_ID, tag, in);
                continue;
            }
            cell.readCell(in);
            if (count < columns) {
                out.comma(count);
                ColumnType known = typeOf(count);
                cell.write(known, bytes, out);
                untyped = known != null || cell.isNull() || untyped >= 0 ? untyped : count;
            }
            count++;
        }
        in.leave(end);
        if (count != columns) {
            throw fault(
                    shownRow() + " has " + count + " values (expected: " + columns + ", as many as there are columns)");
        }
        if (untyped >= 0) {
            throw untyped(untyped);
        }
    }

    private @Nullable ColumnType typeOf(int column) {
        return ColumnType.of(types.bytes()[column]);
    }

    private PredictException untyped(int column) throws IOException {
        String shown = shownRow();
        StringBuilder words = new StringBuilder();
        eachColumn((other, in) -> {
            if (other == column) {
                words.append(shown(textFrom, textTo)).append(", whose type is ").append(type);
            }
        });
        return fault(shown + " has a value in column " + words
                + " (expected: TYPE_DOUBLE, TYPE_INTEGER or TYPE_STRING, or only null values)");
    }

    private String shownRow() {
        return called + ": row " + index + " (row_id " + shown(textFrom, textTo) + ")";
    }

    private String shown(int textFrom, int textTo) {
        return '"' + Texts.shorten(bytes, textFrom, textTo - textFrom, LONGEST_SHOWN) + '"';
    }

    private static PredictException fault(String what) {
        return PredictException.of(FailureKind.INVALID_REQUEST, what);
    }

    @Override
    public void close() {
        types.close();
    }
}
