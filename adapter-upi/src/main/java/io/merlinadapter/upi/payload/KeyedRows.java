package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.JsonCursor.Token;

/** Rows that are objects, with the keys of the first for columns. For one thread. */
final class KeyedRows extends ReplyRows {
    private final JsonCursor value;
    private final SortedTexts sorted;
    private final PaidInts offsets;
    private final PaidBytes key;

    KeyedRows(Reply reply, int offset, String called, Texts columns, Purse purse) {
        super(reply, offset, called, columns);
        this.value = reply.cursor();
        this.sorted = new SortedTexts(columns, purse);
        this.offsets = new PaidInts(purse);
        this.key = new PaidBytes(purse, PaidBytes.NO_LIMIT, 0);
        int repeated = sorted.repeated();
        if (repeated >= 0) {
            throw Reply.fault("the key " + columns.get(repeated) + " comes twice in the first object of " + called);
        }
    }

    @Override
    void readRow(int row, JsonCursor cursor, CellVisitor visitor) throws JsonFault {
        if (cursor.token() == Token.NULL) {
            absentRow(row, visitor);
            return;
        }
        if (cursor.token() != Token.START_OBJECT) {
            throw Reply.fault(row(row) + " is " + Reply.shown(cursor) + " (expected: an object, as before it)");
        }
        offsets.fill(columns().count(), Reply.ABSENT);
        for (int next = 0; cursor.next() == Token.NAME; next++) {
            int column = column(row, cursor, next);
            cursor.next();
            offsets.set(column, cursor.start());
            cursor.skip();
        }
        for (int column = 0; column < columns().count(); column++) {
            if (offsets.get(column) == Reply.ABSENT) {
                visitor.absent(row, column);
            } else {
                value.jump(offsets.get(column));
                visitor.cell(row, column, value);
            }
        }
    }

    /** The column of the key that the cursor is at; most often it is the one that comes next. */
    private int column(int row, JsonCursor cursor, int next) throws JsonFault {
        key.cut(0);
        JsonTexts.decode(cursor, key);
        if (next < columns().count() && columns().is(next, key.bytes(), 0, key.length())) {
            return next;
        }
        int column = sorted.find(key.bytes(), 0, key.length());
        if (column < 0) {
            throw Reply.fault(row(row) + " has the key " + Texts.shown(key.bytes(), 0, key.length())
                    + " (expected: no keys but those of the first object, which are the columns)");
        }
        return column;
    }
}
