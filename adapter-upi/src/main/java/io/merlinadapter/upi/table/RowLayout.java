package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How a reply puts its rows: what the columns are called, and where the cells of a row are. For one thread. */
interface RowLayout {
    /** Names all columns. */
    void eachColumn(ColumnWriter columns) throws IOException, JsonException;

    /** The name of a column, for a message. */
    String column(int index);

    /** Reads the row whose first token the scanner is at, to its end. */
    void readRow(JsonScanner in, CellWriter out) throws IOException, JsonException;

    /** One value is a row. */
    record Single() implements RowLayout {
        private static final String NAME = "prediction";

        @Override
        public void eachColumn(ColumnWriter columns) throws IOException, JsonException {
            columns.add(NAME.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public String column(int index) {
            return '"' + NAME + '"';
        }

        @Override
        public void readRow(JsonScanner in, CellWriter out) throws IOException, JsonException {
            if (in.token() == Token.START_ARRAY || in.token() == Token.START_OBJECT) {
                throw Reply.fault(out.row() + " is " + Reply.shown(in) + " (expected: a number or text, as before it)");
            }
            out.cell(in);
        }
    }

    /** A list of values is a row, or null is a row of nulls; the columns have numbers. */
    record Numbered(int count) implements RowLayout {
        @Override
        public void eachColumn(ColumnWriter columns) throws IOException, JsonException {
            for (int i = 0; i < count; i++) {
                columns.add(name(i).getBytes(StandardCharsets.US_ASCII));
            }
        }

        private static String name(int index) {
            return "prediction_" + index;
        }

        @Override
        public String column(int index) {
            return '"' + name(index) + '"';
        }

        @Override
        public void readRow(JsonScanner in, CellWriter out) throws IOException, JsonException {
            if (in.token() == Token.NULL) {
                out.nulls(count);
            } else {
                readList(in, out);
            }
        }
    }

    /** A list of values is a row; the columns are in a list of their own, which is at {@code names}. */
    record Listed(Reply reply, int names) implements RowLayout {
        private static final String CALLED = "prediction_result_table.columns";

        @Override
        public void eachColumn(ColumnWriter columns) throws IOException, JsonException {
            JsonScanner in = reply.list(names, CALLED);
            for (int i = 0; in.next() != Token.END_ARRAY; i++) {
                Reply.expect(in, Token.STRING, CALLED + "[" + i + "]", "a text");
                columns.add(in);
            }
        }

        @Override
        public String column(int index) {
            try {
                JsonScanner in = reply.list(names, CALLED);
                for (int i = 0; i <= index; i++) {
                    in.next();
                }
                return Reply.shown(in);
            } catch (JsonException e) {
                throw new IllegalStateException("the list of columns was read before", e);
            }
        }

        @Override
        public void readRow(JsonScanner in, CellWriter out) throws IOException, JsonException {
            readList(in, out);
        }
    }

    /** Reads a row that is a list. */
    static void readList(JsonScanner in, CellWriter out) throws IOException, JsonException {
        Reply.expect(in, Token.START_ARRAY, out.row(), "a list of values");
        int columns = out.columns();
        int count = 0;
        for (; in.next() != Token.END_ARRAY; count++) {
            if (count < columns) {
                out.cell(in);
            } else {
                in.skipValue();
            }
        }
        if (count != columns) {
            throw Reply.fault(
                    out.row() + " has " + count + " values (expected: " + columns + ", as many as there are columns)");
        }
    }
}
