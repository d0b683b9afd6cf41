package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.payload.JsonCursor.Token;

/** Finds the types of columns that the program has not said. For one thread. */
final class Survey implements CellVisitor {
    private static final int HEAD_OF_ROW = 10;
    private static final int HEAD_OF_TEXT = 4;
    private static final int SIZE_OF_NUMBER = 11;
    private static final int SIZE_OF_NULL = 4;
    private static final int SIZE_OF_EMPTY_CELL = 2;

    private final ReplyRows rows;
    /** Of each column: its type, or {@link Types#NONE} while only nulls were seen. */
    private final PaidInts types;
    /** Of each column: whether the program said the type. */
    private final PaidInts said;

    private final PaidBytes out;
    private long size;

    /**
     * @param types what the program said, {@link Types#NONE} where it said nothing
     * @param out where the rows are to be written
     */
    Survey(ReplyRows rows, PaidInts types, PaidBytes out, Purse purse) {
        this.rows = rows;
        this.out = out;
        this.types = types;
        this.said = new PaidInts(purse);
        for (int i = 0; i < types.count(); i++) {
            said.add(types.get(i));
        }
    }

    /** About how many bytes the rows will have in protobuf, without their ids. */
    long size() {
        return size;
    }

    /** The number of rows, of which {@code most} are looked at; afterwards all types are known. A column of nothing but nulls is of numbers. */
    int take(int most) throws JsonFault {
        int count = rows.walk(this, most);
        for (int column = 0; column < types.count(); column++) {
            if (types.get(column) == Types.NONE) {
                types.set(column, Types.FLOAT);
            }
        }
        return count;
    }

    @Override
    public void startRow(int row) {
        size += HEAD_OF_ROW;
        // An empty row takes a few bytes of the reply, and as much work as there are columns.
        out.checkRoom((row + 1L) * rows.columns().count() * SIZE_OF_EMPTY_CELL);
    }

    @Override
    public void cell(int row, int column, JsonCursor value) {
        int type;
        size += value.token() == Token.TEXT ? HEAD_OF_TEXT + value.to() - value.from() : SIZE_OF_NUMBER;
        if (value.token() == Token.NUMBER) {
            type = Types.FLOAT;
        } else if (value.token() == Token.TEXT) {
            type = Types.STRING;
        } else if (value.token() == Token.NULL) {
            return;
        } else {
            throw unfit(row, column, value);
        }
        if (said.get(column) != Types.NONE) {
            return;
        }
        if (types.get(column) == Types.NONE) {
            types.set(column, type);
        } else if (types.get(column) != type) {
            throw mixed(row, column, value);
        }
    }

    @Override
    public void absent(int row, int column) {
        size += SIZE_OF_NULL;
    }

    @Override
    public void endRow(int row) {}

    private PredictException unfit(int row, int column, JsonCursor value) {
        return Reply.fault(
                rows.cell(row, column) + " is " + Reply.shown(value) + " (expected: a number, a text or null)");
    }

    private PredictException mixed(int row, int column, JsonCursor value) {
        return Reply.fault(rows.cell(row, column) + " is " + Reply.shown(value)
                + ", and before it there are " + (types.get(column) == Types.FLOAT ? "numbers" : "texts")
                + " (expected: one kind in a column)");
    }
}
