package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.JsonCursor.Token;

/** The rows of a table in a reply, to be read any number of times. For one thread. */
abstract class ReplyRows {
    private final Reply reply;
    private final int offset;
    private final String called;
    private final Texts columns;

    /**
     * @param offset where the list of rows is
     * @param called what a message calls the list
     */
    ReplyRows(Reply reply, int offset, String called, Texts columns) {
        this.reply = reply;
        this.offset = offset;
        this.called = called;
        this.columns = columns;
    }

    /** The names of the columns. */
    final Texts columns() {
        return columns;
    }

    /** What a message calls a row. */
    final String row(int row) {
        return called + "[" + row + "]";
    }

    /** What a message calls a cell. */
    final String cell(int row, int column) {
        return row(row) + ", column " + columns.get(column);
    }

    /**
     * Tells of the first {@code most} rows.
     *
     * @return how many there are in all
     */
    final int walk(CellVisitor visitor, int most) throws JsonFault {
        JsonCursor cursor = reply.list(offset, called);
        int row = 0;
        for (; cursor.next() != Token.END_ARRAY; row++) {
            if (row >= most) {
                cursor.skip();
                continue;
            }
            visitor.startRow(row);
            readRow(row, cursor, visitor);
            visitor.endRow(row);
        }
        return row;
    }

    /** Reads the row whose first token the cursor is at, to its end. */
    abstract void readRow(int row, JsonCursor cursor, CellVisitor visitor) throws JsonFault;

    final void absentRow(int row, CellVisitor visitor) throws JsonFault {
        for (int column = 0; column < columns.count(); column++) {
            visitor.absent(row, column);
        }
    }

    /** One value is a row. */
    static final class Single extends ReplyRows {
        Single(Reply reply, int offset, String called, Texts columns) {
            super(reply, offset, called, columns);
        }

        @Override
        void readRow(int row, JsonCursor cursor, CellVisitor visitor) throws JsonFault {
            if (cursor.token() == Token.START_ARRAY || cursor.token() == Token.START_OBJECT) {
                throw Reply.fault(
                        row(row) + " is " + Reply.shown(cursor) + " (expected: a number or text, as before it)");
            }
            visitor.cell(row, 0, cursor);
        }
    }

    /** A list of values is a row. */
    static final class Listed extends ReplyRows {
        private final boolean orNull;

        /** @param orNull whether null may stand for a row of nulls */
        Listed(Reply reply, int offset, String called, Texts columns, boolean orNull) {
            super(reply, offset, called, columns);
            this.orNull = orNull;
        }

        @Override
        void readRow(int row, JsonCursor cursor, CellVisitor visitor) throws JsonFault {
            if (orNull && cursor.token() == Token.NULL) {
                absentRow(row, visitor);
                return;
            }
            if (cursor.token() != Token.START_ARRAY) {
                throw Reply.fault(row(row) + " is " + Reply.shown(cursor) + " (expected: a list of values)");
            }
            int count = 0;
            for (; cursor.next() != Token.END_ARRAY; count++) {
                if (count < columns().count()) {
                    visitor.cell(row, count, cursor);
                }
                cursor.skip();
            }
            if (count != columns().count()) {
                throw Reply.fault(row(row) + " has " + count + " values (expected: "
                        + columns().count() + ", as many as there are columns)");
            }
        }
    }
}
