package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.payload.JsonCursor.Token;

/** Puts the rows of a reply as rows of protobuf. For one thread. */
final class RowWriter implements CellVisitor {
    private final ReplyRows rows;
    private final PaidInts types;
    private final RowIds ids;
    private final PaidBytes out;
    private final JsonNumbers numbers = new JsonNumbers();
    private int begin;

    RowWriter(ReplyRows rows, PaidInts types, RowIds ids, PaidBytes out) {
        this.rows = rows;
        this.types = types;
        this.ids = ids;
        this.out = out;
    }

    @Override
    public void startRow(int row) {
        begin = out.begin(Tags.TABLE_ROW);
        ids.write(row, out);
    }

    @Override
    public void cell(int row, int column, JsonCursor value) throws JsonFault {
        if (value.token() == Token.NULL) {
            absent(row, column);
            return;
        }
        int cell = out.begin(Tags.ROW_VALUE);
        int type = types.get(column);
        boolean fits =
                ScalarWriter.write(type, value, numbers, out, Tags.VALUE_DOUBLE, Tags.VALUE_INTEGER, Tags.VALUE_STRING);
        if (!fits) {
            throw unfit(row, column, value);
        }
        out.end(cell);
    }

    @Override
    public void absent(int row, int column) {
        int cell = out.begin(Tags.ROW_VALUE);
        out.varint(Tags.VALUE_NULL);
        out.put(1);
        out.end(cell);
    }

    @Override
    public void endRow(int row) {
        out.end(begin);
    }

    private PredictException unfit(int row, int column, JsonCursor value) {
        return Reply.fault(rows.cell(row, column) + " is " + Reply.shown(value) + " (expected: "
                + ScalarWriter.expected(types.get(column)) + " or null)");
    }
}
