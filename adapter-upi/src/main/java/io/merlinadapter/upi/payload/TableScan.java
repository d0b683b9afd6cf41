package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A table of protobuf, read in passes and put as JSON. For one thread. */
final class TableScan {
    private static final byte[] ROW_ID = "row_id".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final Ranges ranges;
    private final String called;
    /** Of each column: where its name begins, where it ends, its type. */
    private final PaidInts columns;

    private final Scalar cell = new Scalar();
    private int columnCount;
    private int nameFrom;
    private int nameTo;
    private int rows;
    private int idFrom;
    private int idTo;

    /** @param called what a message calls the table */
    TableScan(byte[] bytes, Ranges ranges, String called, Purse purse) throws IOException {
        this.bytes = bytes;
        this.ranges = ranges;
        this.called = called;
        this.columns = new PaidInts(purse);
        ranges.eachField(bytes, this::readHead);
    }

    private void readHead(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.TABLE_NAME) {
            in.text();
            nameFrom = in.from();
            nameTo = in.to();
        } else if (tag == Tags.TABLE_COLUMN) {
            readColumn(in);
        } else {
            in.skip(tag);
        }
    }

    private void readColumn(ProtoCursor in) throws IOException {
        int from = 0;
        int to = 0;
        int type = Types.NONE;
        int outside = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag == Tags.COLUMN_NAME) {
                in.text();
                from = in.from();
                to = in.to();
            } else if (tag == Tags.COLUMN_TYPE) {
                type = in.enumeration();
            } else {
                in.skip(tag);
            }
        }
        in.leave(outside);
        columns.add(from);
        columns.add(to);
        columns.add(type);
        columnCount++;
    }

    /** What the platform's own tables have no room for. */
    void refuseColumnRowId() {
        for (int i = 0; i < columnCount; i++) {
            if (Arrays.equals(bytes, columns.get(3 * i), columns.get(3 * i + 1), ROW_ID, 0, ROW_ID.length)) {
                throw Way.IN.fault(called + " has a column called \"row_id\" (expected: ids in the row_id of each row,"
                        + " and another name for the column)");
            }
        }
    }

    /** Keeps the table's name, and the ids of its rows in order. */
    void keep(Texts words, Texts ids) throws IOException {
        words.add(bytes, nameFrom, nameTo);
        eachRowId((row, in) -> ids.add(bytes, idFrom, idTo));
    }

    /** Puts it as {@code {"name":…,"columns":…,"column_types":…,"row_ids":…,"data":…}}. */
    void write(PaidBytes out) throws IOException {
        out.ascii("{\"name\":");
        out.quoted(bytes, nameFrom, nameTo);
        out.ascii(",\"columns\":[");
        for (int i = 0; i < columnCount; i++) {
            comma(i, out);
            out.quoted(bytes, columns.get(3 * i), columns.get(3 * i + 1));
        }
        out.ascii("],\"column_types\":[");
        for (int i = 0; i < columnCount; i++) {
            comma(i, out);
            Types.write(columns.get(3 * i + 2), out);
        }
        out.ascii("],\"row_ids\":[");
        eachRowId((row, in) -> {
            comma(row, out);
            out.quoted(bytes, idFrom, idTo);
        });
        out.ascii("],\"data\":");
        writeData(out);
        out.put('}');
    }

    /** Puts the values of the rows, {@code [[…],…]}. */
    void writeData(PaidBytes out) throws IOException {
        out.put('[');
        eachRow((row, in) -> {
            comma(row, out);
            out.put('[');
            writeRow(row, in, out);
            out.put(']');
        });
        out.put(']');
    }

    private void writeRow(int row, ProtoCursor in, PaidBytes out) throws IOException {
        int count = 0;
        int untyped = -1;
        idFrom = 0;
        idTo = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            if (tag != Tags.ROW_VALUE) {
                readId(tag, in);
                continue;
            }
            cell.readCell(in);
            if (count < columnCount) {
                comma(count, out);
                int type = columns.get(3 * count + 2);
                cell.write(type, bytes, out);
                untyped = Types.known(type) || cell.isNull() || untyped >= 0 ? untyped : count;
            }
            count++;
        }
        if (count != columnCount) {
            throw Way.IN.fault(row(row) + " has " + count + " values (expected: " + columnCount
                    + ", as many as the table has columns)");
        }
        if (untyped >= 0) {
            throw untyped(row, untyped);
        }
    }

    private PredictException untyped(int row, int column) {
        return Way.IN.fault(row(row) + " has a value in column "
                + Texts.shown(bytes, columns.get(3 * column), columns.get(3 * column + 1)) + ", whose type is "
                + columns.get(3 * column + 2)
                + " (expected: TYPE_DOUBLE, TYPE_INTEGER or TYPE_STRING, or only null values)");
    }

    private String row(int row) {
        return called + ": row " + row + " (row_id " + Texts.shown(bytes, idFrom, idTo) + ")";
    }

    private void eachRowId(Row reader) throws IOException {
        eachRow((row, in) -> {
            idFrom = 0;
            idTo = 0;
            for (int tag = in.tag(); tag != 0; tag = in.tag()) {
                readId(tag, in);
            }
            reader.row(row, in);
        });
    }

    private void readId(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.ROW_ID) {
            in.text();
            idFrom = in.from();
            idTo = in.to();
        } else {
            in.skip(tag);
        }
    }

    private void eachRow(Row reader) throws IOException {
        rows = 0;
        ranges.eachField(bytes, (tag, in) -> {
            if (tag != Tags.TABLE_ROW) {
                in.skip(tag);
                return;
            }
            int outside = in.enter();
            reader.row(rows, in);
            in.leave(outside);
            rows++;
        });
    }

    private static void comma(int index, PaidBytes out) {
        if (index > 0) {
            out.put(',');
        }
    }

    /** Reads a row, all of it. */
    private interface Row {
        void row(int index, ProtoCursor in) throws IOException;
    }
}
