package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.WireFormat;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.table.ProtoInput.FieldReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the table of predictions of a response while it is read from the reply. What comes behind its rows in the reply, and
 * would have changed how they are written, has them written again. A column whose type nobody said has that of its first cell
 * which is not null. For one reply, on one thread.
 */
final class ResultTable implements AutoCloseable {
    private static final String CALLED = "prediction_result_table";
    private static final String COLUMNS_CALLED = CALLED + ".columns";
    private static final String TYPES_CALLED = CALLED + ".column_types";
    private static final String[] MEMBERS = {"name", "columns", "column_types", "row_ids", "data", "arrow"};
    private static final int NAME = 0;
    private static final int COLUMNS = 1;
    private static final int TYPES = 2;
    private static final int IDS = 3;
    private static final int DATA = 4;
    private static final int ARROW = 5;
    private static final int[] NOTHING_SAID = {
        Reply.ABSENT, Reply.ABSENT, Reply.ABSENT, Reply.ABSENT, Reply.ABSENT, Reply.ABSENT
    };
    private static final String ARROW_CALLED = CALLED + ".arrow";
    private static final String ARROW_STREAM = "the Arrow stream of " + CALLED;

    /** Bytes of a row's id, about. */
    private static final int USUAL_ID = 16;

    private static final int COLUMN_NAME = Column.NAME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final Slice DEFAULT_NAME = Slice.of("prediction_result");
    private static final Slice RESERVED_NAME = Slice.of("row_id");
    /** Bytes of a column besides its name. */
    private static final int FRAME = 6;
    /** Is added to the number of a type that was not said. */
    private static final int GUESSED = 8;

    private final Reply reply;
    private final UpiRequest request;
    private final Output out;
    private final MessageMemory memory;
    /** Of each column, the number of its type, or 0. */
    private final Output types;

    private final Scalar value = new Scalar();
    private final int start;
    private int columnsStart;
    private int columnsEnd;
    private String called = "";
    private int row;
    private int rowStart;
    private int column;
    private int rowSize;
    private @Nullable String foreignRowId;

    /** Reads the row whose first token the scanner is at, to its end, and writes its cells. */
    private interface RowReader {
        void read(JsonScanner in) throws JsonException;
    }

    ResultTable(Reply reply, UpiRequest request, Output out, MessageMemory memory) {
        this.reply = reply;
        this.request = request;
        this.out = out;
        this.memory = memory;
        this.types = new Output(memory, Output.NO_LIMIT, 0);
        this.start = out.length();
    }

    /** The first id of a row that is not the request's, if there are rows that the request does not have. */
    @Nullable
    String foreignRowId() {
        return foreignRowId;
    }

    /** Writes {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}, which the scanner is at. */
    void writeTable(JsonScanner in) throws JsonException {
        Reply.expect(in, Token.START_OBJECT, CALLED, "an object");
        int[] said = NOTHING_SAID.clone();
        int[] written = NOTHING_SAID;
        PredictException failure = null;
        while (in.next() == Token.NAME) {
            int member = Reply.index(in, MEMBERS);
            int depth = in.depth();
            boolean isNull = in.next() == Token.NULL;
            if (member >= 0) {
                said[member] = isNull ? Reply.ABSENT : in.start();
            }
            // Only once: each list of rows, however short, has all columns written.
            if (member == DATA && !isNull && said[COLUMNS] != Reply.ABSENT && written[DATA] == Reply.ABSENT) {
                written = said.clone();
                try {
                    writeListed(in, said);
                } catch (PredictException e) {
                    // What comes behind may make it possible.
                    failure = e;
                }
            }
            // Behind a failure, the scanner is somewhere inside.
            while (in.depth() > depth) {
                in.next();
            }
        }
        if (said[ARROW] != Reply.ABSENT) {
            if (said[DATA] != Reply.ABSENT) {
                throw Reply.fault(CALLED + " has both data and arrow (expected: one of them)");
            }
            writeArrow(said);
            return;
        }
        if (said[COLUMNS] == Reply.ABSENT || said[DATA] == Reply.ABSENT) {
            throw Reply.fault(CALLED + " has no " + (said[COLUMNS] == Reply.ABSENT ? "columns" : "data")
                    + " (expected: {\"columns\": [...], \"data\": [[...], ...]})");
        }
        if (!Arrays.equals(written, said)) {
            writeListed(reply.at(said[DATA]), said);
        } else if (failure != null) {
            throw failure;
        }
    }

    private void writeListed(JsonScanner data, int[] said) throws JsonException {
        int table = begin(data, CALLED + ".data", said[NAME]);
        JsonScanner saidTypes = said[TYPES] == Reply.ABSENT ? null : reply.list(said[TYPES], TYPES_CALLED);
        JsonScanner names = reply.list(said[COLUMNS], COLUMNS_CALLED);
        for (int i = 0; names.next() != Token.END_ARRAY; i++) {
            if (names.token() != Token.STRING) {
                throw Reply.unfit(names, COLUMNS_CALLED + "[" + i + "]", "a text");
            }
            addColumn(reply.text(names), saidTypes == null ? 0 : nextType(saidTypes, i));
        }
        if (saidTypes != null) {
            checkCount(reply.list(said[TYPES], TYPES_CALLED));
        }
        writeRows(data, this::readList, said[IDS]);
        end(table);
    }

    /** Writes a table that is a payload. */
    private void writeArrow(int[] said) throws JsonException {
        try (ArrowTable arrow = new ArrowTable(reply.payload(said[ARROW], ARROW_CALLED), ARROW_STREAM, memory)) {
            int table = begin(CALLED, said[NAME]);
            arrow.readSchema();
            for (ArrowColumn each : arrow.columns()) {
                addColumn(each.name(), each.kind().type.number);
            }
            RowIds ids = new RowIds(request, reply, said[IDS]);
            int most = request.rows() == UpiRequest.ANY_NUMBER ? Integer.MAX_VALUE : request.rows();
            long rows = 0;
            while (arrow.nextBatch()) {
                int wanted = (int) Math.min(arrow.rows(), Math.max(0, most - rows));
                out.foresee(wanted * sizeOfRow(arrow));
                for (int i = 0; i < wanted; i++) {
                    writeRow(arrow, i, (int) rows + i, ids);
                }
                rows += arrow.rows();
            }
            checkRows(rows);
            ids.checkCount((int) rows);
            foreignRowId = ids.foreign();
            end(table);
        }
    }

    /** About how many bytes a row of the batch will have. */
    private static long sizeOfRow(ArrowTable arrow) {
        long size = USUAL_ID;
        for (ArrowColumn each : arrow.columns()) {
            size += Scalar.REAL_CELL + each.textsSize() / Math.max(1, arrow.rows());
        }
        return size;
    }

    private void writeRow(ArrowTable arrow, int index, int number, RowIds ids) throws JsonException {
        int message = out.begin(Table.ROWS_FIELD_NUMBER, rowSize);
        ids.write(number, out);
        ArrowColumn[] columns = arrow.columns();
        int done = 0;
        while (done < columns.length) {
            done = arrow.writeReals(index, done, out);
            if (done < columns.length) {
                writeCell(arrow, columns[done], index);
                done++;
            }
        }
        rowSize = out.length() - message;
        out.end(message);
    }

    private void writeCell(ArrowTable arrow, ArrowColumn from, int index) {
        byte[] bytes = arrow.bytes();
        if (from.isNull(bytes, index)) {
            Scalar.writeNullCell(out);
            return;
        }
        switch (from.kind().type) {
            case FLOAT -> value.writeReal(from.real(bytes, index), out);
            case INTEGER -> value.writeInteger(from.integer(arrow, bytes, index), out);
            case STRING -> value.writeText(from.text(arrow, bytes, index), out);
        }
    }

    private static int nextType(JsonScanner in, int index) throws JsonException {
        if (in.token() == Token.END_ARRAY || in.next() == Token.END_ARRAY || in.token() == Token.NULL) {
            return 0;
        }
        ColumnType type = ColumnType.named(in);
        if (type == null) {
            throw Reply.unfit(in, TYPES_CALLED + "[" + index + "]", ColumnType.NAMES);
        }
        return type.number;
    }

    private void checkCount(JsonScanner saidTypes) throws JsonException {
        int count = 0;
        for (; saidTypes.next() != Token.END_ARRAY; count++) {
            saidTypes.skipValue();
        }
        if (count != types.length()) {
            throw Reply.fault(TYPES_CALLED + " has " + count + " types (expected: " + types.length()
                    + ", as many as there are columns; or leave them out)");
        }
    }

    /** Writes {@code [1,2]}, {@code [[1,2],[3,4]]} or {@code [{"a":1},{"a":2}]}, which the scanner is at. */
    void writePredictions(JsonScanner in) throws JsonException {
        JsonScanner first = reply.list(in.start(), "predictions");
        while (first.next() == Token.NULL) {
            // Nulls may stand for rows of any kind.
        }
        int table = begin(in, "predictions", Reply.ABSENT);
        switch (first.token()) {
            case START_OBJECT -> {
                try (KeyedRows keyed = new KeyedRows(reply, this, memory)) {
                    keyed.addColumns(first, "predictions");
                    writeRows(in, keyed::read, Reply.ABSENT);
                }
            }
            case START_ARRAY -> {
                for (int i = 0; first.next() != Token.END_ARRAY; i++) {
                    first.skipValue();
                    addColumn(Slice.of("prediction_" + i), 0);
                }
                writeRows(in, this::readListOrNull, Reply.ABSENT);
            }
            default -> {
                addColumn(Slice.of("prediction"), 0);
                writeRows(in, this::readSingle, Reply.ABSENT);
            }
        }
        end(table);
    }

    /** Begins the table, again if need be. Returns what goes to {@link #end}. */
    private int begin(JsonScanner data, String called, int saidName) throws JsonException {
        Reply.expect(data, Token.START_ARRAY, called, "a list");
        return begin(called, saidName);
    }

    private int begin(String called, int saidName) throws JsonException {
        this.called = called;
        out.setLength(start);
        types.setLength(0);
        int table = out.begin(PredictValuesResponse.PREDICTION_RESULT_TABLE_FIELD_NUMBER, reply.size());
        Slice name = reply.text(saidName, CALLED + ".name");
        if (name.length() == 0) {
            name = request.tableName().length() > 0 ? request.tableName() : DEFAULT_NAME;
        }
        out.field(Table.NAME_FIELD_NUMBER, name);
        columnsStart = out.length();
        columnsEnd = columnsStart;
        return table;
    }

    /** Adds a column, with a byte at its end for its type, which only the rows may tell. */
    void addColumn(Slice name, int type) {
        if (name.is(RESERVED_NAME)) {
            throw Reply.fault("a column is called \"row_id\" (expected: another name; the ids of rows are in row_ids)");
        }
        int column = out.begin(Table.COLUMNS_FIELD_NUMBER, FRAME + name.length());
        out.fieldUnlessDefault(Column.NAME_FIELD_NUMBER, name);
        out.field(Column.TYPE_FIELD_NUMBER, ColumnType.FLOAT.number);
        out.end(column);
        types.put(type);
        columnsEnd = out.length();
    }

    private void eachColumn(FieldReader reader) {
        try {
            new ProtoInput(new Slice(out.bytes(), columnsStart, columnsEnd)).all(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("the columns were written here", e);
        }
    }

    /** Writes the types that are known by now. A column of nothing but nulls is of numbers. */
    private void end(int table) {
        column = 0;
        eachColumn((tag, in) -> {
            int type = types.bytes()[column++] % GUESSED;
            out.bytes()[in.slice().to - 1] = (byte) (type == 0 ? ColumnType.FLOAT.number : type);
        });
        out.end(table);
    }

    private void writeRows(JsonScanner data, RowReader reader, int saidIds) throws JsonException {
        RowIds ids = new RowIds(request, reply, saidIds);
        int most = request.rows() == UpiRequest.ANY_NUMBER ? Integer.MAX_VALUE : request.rows();
        int size = 0;
        out.translating(data.end(), reply.end());
        for (row = 0; data.next() != Token.END_ARRAY; row++) {
            if (row >= most) {
                // Each of these may stand for a row as long as the first one.
                data.skipValue();
                continue;
            }
            int message = out.begin(Table.ROWS_FIELD_NUMBER, size);
            ids.write(row, out);
            column = 0;
            rowStart = out.length();
            reader.read(data);
            size = out.length() - message;
            out.end(message);
            out.translated(data.end());
        }
        checkRows(row);
        ids.checkCount(row);
        foreignRowId = ids.foreign();
    }

    private void checkRows(long rows) {
        if (request.rows() != UpiRequest.ANY_NUMBER && request.rows() != rows) {
            throw Reply.fault("it has " + rows + " predictions (expected: " + request.rows()
                    + ", one for each row of the request)");
        }
    }

    /** What a message calls the row. */
    String row() {
        return called + "[" + row + "]";
    }

    /** The column of the next cell. */
    int column() {
        return column;
    }

    /** Begins the row anew: its cells have come in another order. */
    void restartRow() {
        out.setLength(rowStart);
        column = 0;
    }

    private void readSingle(JsonScanner in) throws JsonException {
        if (in.token() == Token.START_ARRAY || in.token() == Token.START_OBJECT) {
            throw Reply.unfit(in, row(), "a number or text, as before it");
        }
        cell(in);
    }

    private void readListOrNull(JsonScanner in) throws JsonException {
        if (in.token() == Token.NULL) {
            nulls(types.length());
        } else {
            readList(in);
        }
    }

    private void readList(JsonScanner in) throws JsonException {
        if (in.token() != Token.START_ARRAY) {
            throw Reply.unfit(in, row(), "a list of values");
        }
        int columns = types.length();
        int count = 0;
        for (; in.next() != Token.END_ARRAY; count++) {
            if (count < columns) {
                cell(in);
            } else {
                in.skipValue();
            }
        }
        if (count != columns) {
            throw Reply.fault(
                    row() + " has " + count + " values (expected: " + columns + ", as many as there are columns)");
        }
    }

    void nulls(int until) {
        for (; column < until; column++) {
            Scalar.writeNullCell(out);
        }
    }

    /** Writes the value that the scanner is at as the next cell. */
    void cell(JsonScanner in) throws JsonException {
        Token token = in.token();
        if (token == Token.NULL) {
            nulls(column + 1);
            return;
        }
        boolean isNumber = token == Token.NUMBER;
        if (!isNumber && token != Token.STRING) {
            throw Reply.unfit(in, cell(), "a number, a text or null");
        }
        int type = types.bytes()[column];
        ColumnType fit = isNumber ? ColumnType.FLOAT : ColumnType.STRING;
        if (type == 0) {
            type = GUESSED + fit.number;
            types.bytes()[column] = (byte) type;
        }
        if (type > GUESSED && type != GUESSED + fit.number) {
            throw Reply.fault(cell() + " is " + Reply.shown(in) + ", and before it there are "
                    + (isNumber ? "texts" : "numbers") + " (expected: one kind in a column)");
        }
        ColumnType known = Objects.requireNonNull(ColumnType.of(type % GUESSED));
        if (!value.readJson(known, in, reply)) {
            throw Reply.unfit(in, cell(), known.expected + " or null");
        }
        value.writeCell(out);
        column++;
    }

    /** What a message calls the cell. */
    private String cell() {
        Slice[] name = {Slice.EMPTY};
        int[] index = {0};
        eachColumn((tag, in) -> {
            if (index[0]++ == column) {
                in.eachField(ProtoInput.only(COLUMN_NAME, (nameTag, fields) -> name[0] = fields.text()));
            } else {
                in.skip(tag);
            }
        });
        return row() + ", column " + name[0].shown();
    }

    @Override
    public void close() {
        types.close();
    }
}
