package io.merlinadapter.upi.table;

import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.table.ProtoInput.FieldReader;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a table of protobuf, in one pass for each part of its JSON, because fields may come in any order. For one thread. */
final class TableReader implements AutoCloseable {
    private static final int NAME = Table.NAME_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int COLUMN = Table.COLUMNS_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int ROW = Table.ROWS_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int ROW_ID = Row.ROW_ID_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int CELL = Row.VALUES_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;

    /** All the bytes are the table. */
    static final int NO_WRAPPER = 0;

    private static final Slice RESERVED_NAME = Slice.of("row_id");

    private final Slice bytes;
    private final int wrapper;
    private final String called;
    private final Consumer<Slice> rowIds;
    /** Of each column, the number of its type; 0 if that is not known here. */
    private final Output types;

    private final Scalar cell = new Scalar();
    private Slice name = Slice.EMPTY;
    private Slice text = Slice.EMPTY;
    private int type;
    /** Which column or row it is. */
    private int index;

    /**
     * @param wrapper the tag of the field that holds the table; if it comes more than once, its messages are one table, as
     *     everywhere in protobuf
     * @param called what a message calls the table
     * @param rowIds is given the id of each row when its values have been written
     */
    TableReader(Slice bytes, int wrapper, String called, MessageMemory memory, Consumer<Slice> rowIds) {
        this.bytes = bytes;
        this.wrapper = wrapper;
        this.called = called;
        this.rowIds = rowIds;
        this.types = new Output(memory, Output.NO_LIMIT, 0);
    }

    /** Reads what has to be known before the rest: the name, and the types of the columns. */
    void readHead() throws IOException {
        eachField((tag, in) -> {
            switch (tag) {
                case NAME -> name = in.text();
                case COLUMN -> {
                    readColumn(in);
                    types.put(ColumnType.of(type) == null ? 0 : type);
                }
                default -> in.skip(tag);
            }
        });
    }

    private void eachField(FieldReader reader) throws IOException {
        FieldReader wrapped = ProtoInput.only(wrapper, (tag, in) -> in.eachField(reader));
        new ProtoInput(bytes).all(wrapper == NO_WRAPPER ? reader : wrapped);
    }

    Slice name() {
        return name;
    }

    private void readColumn(ProtoInput in) throws IOException {
        text = Slice.EMPTY;
        type = 0;
        in.eachField((tag, column) -> {
            switch (tag) {
                case Column.NAME_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> text = column.text();
                case Column.TYPE_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> type = column.int32();
                default -> column.skip(tag);
            }
        });
    }

    int columns() {
        return types.length();
    }

    /** The column that is read. */
    int column() {
        return index;
    }

    /** The name of the column that is read. */
    Slice columnName() {
        return text;
    }

    /** The row that is read. */
    int row() {
        return index;
    }

    /** How many rows were read, once they all were. */
    int rowsRead() {
        return index;
    }

    void eachColumn(Runnable part) throws IOException {
        index = 0;
        eachField(ProtoInput.only(COLUMN, (tag, in) -> {
            readColumn(in);
            part.run();
            index++;
        }));
    }

    /** Has each row read, which is the next value of what {@code part} gets. */
    void eachRow(FieldReader part) throws IOException {
        index = 0;
        eachField(ProtoInput.only(ROW, (tag, in) -> {
            text = Slice.EMPTY;
            part.read(tag, in);
            index++;
        }));
    }

    /** What the platform's own tables have no room for. */
    void refuseColumnRowId() throws IOException {
        eachColumn(() -> {
            if (text.is(RESERVED_NAME)) {
                throw RequestReader.fault(
                        called + " has a column called \"row_id\" (expected: ids in the row_id of each row,"
                                + " and another name for the column)");
            }
        });
    }

    /** Writes {@code {"name":…,"row_ids":…,"arrow":…}}, of a table that is the payload with this number. */
    void writeAround(int payload, Output out) throws IOException {
        out.json("{\"name\":").jsonText(name).json(",");
        writeRowIds(out);
        out.json(",\"arrow\":").jsonNumber(payload).put('}');
    }

    private void writeRowIds(Output out) throws IOException {
        out.json("\"row_ids\":[");
        eachRow((tag, in) -> {
            in.eachField(ProtoInput.only(ROW_ID, (idTag, row) -> text = row.text()));
            out.comma(index).jsonText(text);
        });
        out.put(']');
    }

    /** Writes {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}. */
    void write(Output out) throws IOException {
        out.json("{\"name\":").jsonText(name).json(",\"columns\":[");
        eachColumn(() -> out.comma(index).jsonText(text));
        out.json("],\"column_types\":[");
        for (int i = 0; i < types.length(); i++) {
            out.comma(i).json(ColumnType.json(typeOf(i)));
        }
        out.json("],");
        writeRowIds(out);
        out.json(",\"data\":");
        writeData(out);
        out.put('}');
    }

    /** Writes the values of the rows, {@code [[…],…]}. */
    void writeData(Output out) throws IOException {
        out.put('[').translating(bytes.from, bytes.to);
        eachRow((tag, in) -> {
            out.comma(index).put('[');
            writeRow(in, out);
            out.put(']').translated(in.at());
            told();
        });
        out.put(']');
    }

    private void writeRow(ProtoInput in, Output out) throws IOException {
        int count = 0;
        int untyped = -1;
        int end = in.enter();
        while (in.at() < end) {
            int tag = in.tag();
            if (tag == CELL) {
                cell.readCell(in);
                if (count < types.length()) {
                    ColumnType known = typeOf(count);
                    cell.writeJson(known, out.comma(count));
                    untyped = known != null || cell.isNull() || untyped >= 0 ? untyped : count;
                }
                count++;
            } else {
                readRowId(tag, in);
            }
        }
        in.leave(end);
        check(count, untyped);
    }

    /** Reads a field of a row that is no cell. */
    void readRowId(int tag, ProtoInput in) throws IOException {
        if (tag == ROW_ID) {
            text = in.text();
        } else {
            in.skip(tag);
        }
    }

    /** A row was read. */
    void told() {
        rowIds.accept(text);
    }

    /**
     * Refuses the row that was read if it is not as it must be.
     *
     * @param count how many values it has
     * @param untyped the first column without a type that has a value in it; less than 0 for none
     */
    void check(int count, int untyped) throws IOException {
        if (count != types.length()) {
            throw RequestReader.fault(shownRow() + " has " + count + " values (expected: " + types.length()
                    + ", as many as there are columns)");
        }
        if (untyped >= 0) {
            throw untyped(untyped);
        }
    }

    @Nullable
    ColumnType typeOf(int column) {
        return ColumnType.of(types.bytes()[column]);
    }

    private PredictException untyped(int column) throws IOException {
        StringBuilder words = new StringBuilder(shownRow()).append(" has a value in column ");
        eachColumn(() -> {
            if (index == column) {
                words.append(text.shown()).append(", whose type is ").append(type);
            }
        });
        return RequestReader.fault(
                words + " (expected: TYPE_DOUBLE, TYPE_INTEGER or TYPE_STRING, or only null values)");
    }

    private String shownRow() {
        return called + ": row " + index + " (row_id " + text.shown() + ")";
    }

    @Override
    public void close() {
        types.close();
    }
}
