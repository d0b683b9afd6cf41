package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.JsonCursor.Token;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The table of predictions in a reply.
 *
 * @param name where its name is, or {@link Reply#ABSENT}
 * @param types of the columns, {@link Types#NONE} where the program said nothing
 * @param rowIds what the program said, null if nothing
 */
record ResultTable(
        int name, ReplyRows rows, PaidInts types, @Nullable Texts rowIds) {
    private static final byte[] ROW_ID = JsonTexts.ascii("row_id");
    private static final byte[] NAME = JsonTexts.ascii("name");
    private static final byte[] COLUMNS = JsonTexts.ascii("columns");
    private static final byte[] COLUMN_TYPES = JsonTexts.ascii("column_types");
    private static final byte[] ROW_IDS = JsonTexts.ascii("row_ids");
    private static final byte[] DATA = JsonTexts.ascii("data");

    ResultTable {
        Texts columns = rows.columns();
        for (int i = 0; i < columns.count(); i++) {
            if (columns.is(i, ROW_ID, 0, ROW_ID.length)) {
                throw Reply.fault(
                        "a column is called \"row_id\" (expected: another name; the ids of rows are" + " in row_ids)");
            }
        }
    }

    /** Reads {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}. */
    static ResultTable ofTable(Reply reply, int offset, Purse purse) throws JsonFault {
        String called = "prediction_result_table";
        JsonCursor cursor = reply.at(offset);
        if (cursor.token() != Token.START_OBJECT) {
            throw Reply.fault(called + " is " + Reply.shown(cursor) + " (expected: an object)");
        }
        int[] at = Reply.members(cursor, NAME, COLUMNS, COLUMN_TYPES, ROW_IDS, DATA);
        if (at[1] == Reply.ABSENT || at[4] == Reply.ABSENT) {
            throw Reply.fault(called + " has no " + (at[1] == Reply.ABSENT ? "columns" : "data")
                    + " (expected: {\"columns\": [...], \"data\": [[...], ...]})");
        }
        Texts columns = reply.texts(at[1], called + ".columns", purse);
        PaidInts types = types(reply, at[2], columns.count(), purse);
        Texts ids = at[3] == Reply.ABSENT ? null : reply.texts(at[3], called + ".row_ids", purse);
        return new ResultTable(at[0], new ReplyRows.Listed(reply, at[4], called + ".data", columns, false), types, ids);
    }

    private static PaidInts types(Reply reply, int offset, int columns, Purse purse) throws JsonFault {
        PaidInts types = new PaidInts(purse);
        if (offset == Reply.ABSENT) {
            types.fill(columns, Types.NONE);
            return types;
        }
        String called = "prediction_result_table.column_types";
        JsonCursor cursor = reply.list(offset, called);
        while (cursor.next() != Token.END_ARRAY) {
            int type = cursor.token() == Token.TEXT ? Types.of(cursor) : Types.NONE;
            if (type == Types.NONE && cursor.token() != Token.NULL) {
                throw Reply.fault(called + "[" + types.count() + "] is " + Reply.shown(cursor) + " (expected: "
                        + Types.EXPECTED + ")");
            }
            types.add(type);
        }
        if (types.count() != columns) {
            throw Reply.fault(called + " has " + types.count() + " types (expected: " + columns
                    + ", as many as there are columns; or leave them out)");
        }
        return types;
    }

    /** Reads {@code [1,2]}, {@code [[1,2],[3,4]]} or {@code [{"a":1},{"a":2}]}. */
    static ResultTable ofPredictions(Reply reply, int offset, Purse purse) throws JsonFault {
        String called = "predictions";
        JsonCursor cursor = reply.list(offset, called);
        Token first = cursor.next();
        while (first == Token.NULL) {
            first = cursor.next();
        }
        Texts columns = new Texts(purse);
        ReplyRows rows;
        if (first == Token.START_ARRAY) {
            for (int i = 0; cursor.next() != Token.END_ARRAY; i++) {
                add(columns, "prediction_" + i);
                cursor.skip();
            }
            rows = new ReplyRows.Listed(reply, offset, called, columns, true);
        } else if (first == Token.START_OBJECT) {
            while (cursor.next() == Token.NAME) {
                JsonTexts.decode(cursor, columns.open());
                columns.close();
                cursor.next();
                cursor.skip();
            }
            rows = new KeyedRows(reply, offset, called, columns, purse);
        } else {
            add(columns, "prediction");
            rows = new ReplyRows.Single(reply, offset, called, columns);
        }
        PaidInts types = new PaidInts(purse);
        types.fill(columns.count(), Types.NONE);
        return new ResultTable(Reply.ABSENT, rows, types, null);
    }

    private static void add(Texts texts, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        texts.add(bytes, 0, bytes.length);
    }
}
