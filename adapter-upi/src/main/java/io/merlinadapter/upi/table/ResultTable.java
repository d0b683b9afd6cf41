package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesResponse;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the table of predictions of a response while it is read from the reply. What comes behind its rows in the reply, and
 * would have changed how they are written, has them written again. For one reply, on one thread.
 */
final class ResultTable {
    private static final String CALLED = "prediction_result_table";
    private static final String[] MEMBERS = {"name", "columns", "column_types", "row_ids", "data"};
    private static final int NAME = 0;
    private static final int COLUMNS = 1;
    private static final int TYPES = 2;
    private static final int IDS = 3;
    private static final int DATA = 4;
    private static final int[] NOTHING_SAID = {Reply.ABSENT, Reply.ABSENT, Reply.ABSENT, Reply.ABSENT, Reply.ABSENT};

    private static final byte[] DEFAULT_NAME = "prediction_result".getBytes(StandardCharsets.US_ASCII);

    private final Reply reply;
    private final Echo echo;
    private final ProtoOutput out;
    private final MessageMemory memory;
    private final int start;
    private @Nullable String foreignRowId;

    ResultTable(Reply reply, Echo echo, ProtoOutput out, MessageMemory memory) {
        this.reply = reply;
        this.echo = echo;
        this.out = out;
        this.memory = memory;
        this.start = out.at();
    }

    /** The first id of a row that is not the request's, if there are rows that the request does not have. */
    @Nullable
    String foreignRowId() {
        return foreignRowId;
    }

    /** Writes {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}, which the scanner is at. */
    void writeTable(JsonScanner in) throws IOException, JsonException {
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
                failure = tryWrite(in, said);
            }
            // Behind a failure, the scanner is somewhere inside.
            while (in.depth() > depth) {
                in.next();
            }
        }
        if (!Arrays.equals(written, said) || said[DATA] == Reply.ABSENT) {
            writeAgain(said);
        } else if (failure != null) {
            throw failure;
        }
    }

    /** What can't be written may be possible with what comes behind it. */
    private @Nullable PredictException tryWrite(JsonScanner in, int[] said) throws IOException, JsonException {
        try {
            write(in, said);
            return null;
        } catch (PredictException e) {
            return e;
        }
    }

    private void writeAgain(int[] said) throws IOException, JsonException {
        if (said[COLUMNS] == Reply.ABSENT || said[DATA] == Reply.ABSENT) {
            throw Reply.fault(CALLED + " has no " + (said[COLUMNS] == Reply.ABSENT ? "columns" : "data")
                    + " (expected: {\"columns\": [...], \"data\": [[...], ...]})");
        }
        write(reply.at(said[DATA]), said);
    }

    private void write(JsonScanner data, int[] said) throws IOException, JsonException {
        write(data, CALLED + ".data", new RowLayout.Listed(reply, said[COLUMNS]), said);
    }

    /** Writes {@code [1,2]}, {@code [[1,2],[3,4]]} or {@code [{"a":1},{"a":2}]}, which the scanner is at. */
    void writePredictions(JsonScanner in) throws IOException, JsonException {
        String called = "predictions";
        JsonScanner first = reply.list(in.start(), called);
        while (first.next() == Token.NULL) {
            // Nulls may stand for rows of any kind.
        }
        if (first.token() == Token.START_OBJECT) {
            try (KeyedRows keyed = new KeyedRows(reply, memory)) {
                keyed.readKeys(first, called);
                write(in, called, keyed, NOTHING_SAID);
            }
        } else if (first.token() == Token.START_ARRAY) {
            int count = 0;
            for (; first.next() != Token.END_ARRAY; count++) {
                first.skipValue();
            }
            write(in, called, new RowLayout.Numbered(count), NOTHING_SAID);
        } else {
            write(in, called, new RowLayout.Single(), NOTHING_SAID);
        }
    }

    private void write(JsonScanner data, String called, RowLayout layout, int[] said)
            throws IOException, JsonException {
        Reply.expect(data, Token.START_ARRAY, called, "a list");
        out.cut(start);
        int table = out.begin(PredictValuesResponse.PREDICTION_RESULT_TABLE_FIELD_NUMBER, reply.size());
        writeName(said[NAME]);
        try (Output types = new Output(memory, Output.NO_LIMIT, 0)) {
            JsonScanner saidTypes = said[TYPES] == Reply.ABSENT ? null : reply.list(said[TYPES], ColumnWriter.TYPES);
            ColumnWriter columns = new ColumnWriter(reply.bytes(), out, types, saidTypes);
            layout.eachColumn(columns);
            columns.end();
            JsonScanner saidIds = said[IDS] == Reply.ABSENT ? null : reply.list(said[IDS], RowIds.CALLED);
            CellWriter cells = new CellWriter(reply.bytes(), out, types, called, layout::column);
            writeRows(data, layout, cells, new RowIds(echo, reply.bytes(), saidIds));
            columns.writeTypes(cells::type);
        }
        out.end(table);
    }

    private void writeName(int said) throws IOException, JsonException {
        int before = out.at();
        reply.writeText(said, CALLED + ".name", Table.NAME_FIELD_NUMBER, out);
        if (out.at() == before) {
            out.text(Table.NAME_FIELD_NUMBER, echo.bytes(), echo.targetEnd(), echo.nameEnd());
        }
        if (out.at() == before) {
            out.text(Table.NAME_FIELD_NUMBER, DEFAULT_NAME);
        }
    }

    private void writeRows(JsonScanner data, RowLayout layout, CellWriter cells, RowIds ids)
            throws IOException, JsonException {
        int most = echo.rows() == Echo.ANY_NUMBER ? Integer.MAX_VALUE : echo.rows();
        int row = 0;
        int size = 0;
        out.translating(data.end(), reply.end());
        for (; data.next() != Token.END_ARRAY; row++) {
            if (row >= most) {
                // Each of these may stand for a row as long as the first one.
                data.skipValue();
                continue;
            }
            int message = out.begin(Table.ROWS_FIELD_NUMBER, size);
            ids.write(row, out);
            cells.startRow(row);
            layout.readRow(data, cells);
            size = out.at() - message;
            out.end(message);
            out.translated(data.end());
        }
        if (echo.rows() != Echo.ANY_NUMBER && echo.rows() != row) {
            throw Reply.fault(
                    "it has " + row + " predictions (expected: " + echo.rows() + ", one for each row of the request)");
        }
        ids.checkCount(row);
        foreignRowId = ids.foreign();
    }
}
