package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Rows that are objects, with the keys of the first for columns. For one thread. */
final class KeyedRows implements RowLayout, AutoCloseable {
    /** What a key costs besides its characters: its entry, its place in arrays that grow. */
    private static final int ENTRY = 200;

    private final Reply reply;
    private final MessageMemory memory;
    private final Map<String, Integer> columns = new HashMap<>();
    /** Where the keys of the first object begin, at their quotes. */
    private int[] keys = new int[8];

    private int[] values = {};
    private long paid;

    KeyedRows(Reply reply, MessageMemory memory) {
        this.reply = reply;
        this.memory = memory;
    }

    /** Reads the keys of the object that the scanner is at. */
    void readKeys(JsonScanner first, String called) throws JsonException {
        while (first.next() == Token.NAME) {
            long price = ENTRY + 2L * first.textSize();
            memory.pay(price);
            paid += price;
            int index = columns.size();
            if (columns.putIfAbsent(first.text(), index) != null) {
                throw Reply.fault("the key " + Reply.shown(first) + " comes twice in the first object of " + called);
            }
            keys = index < keys.length ? keys : Arrays.copyOf(keys, 2 * index);
            keys[index] = first.start();
            first.next();
            first.skipValue();
        }
    }

    @Override
    public void eachColumn(ColumnWriter to) throws IOException, JsonException {
        for (int i = 0; i < columns.size(); i++) {
            to.add(reply.at(keys[i]));
        }
    }

    @Override
    public String column(int index) {
        try {
            return Reply.shown(reply.at(keys[index]));
        } catch (JsonException e) {
            throw new IllegalStateException("the key was read before", e);
        }
    }

    @Override
    public void readRow(JsonScanner in, CellWriter out) throws IOException, JsonException {
        if (in.token() != Token.NULL) {
            Reply.expect(in, Token.START_OBJECT, out.row(), "an object, as before it");
            int start = in.start();
            boolean inOrder = true;
            while (in.next() == Token.NAME) {
                int column = inOrder ? column(in, out) : out.column();
                inOrder &= column >= out.column();
                in.next();
                if (inOrder) {
                    out.nulls(column);
                    out.cell(in);
                } else {
                    in.skipValue();
                }
            }
            if (!inOrder) {
                readInAnyOrder(reply.at(start), out);
            }
        }
        out.nulls(columns.size());
    }

    /** Finds all values first, and then writes them in the order of the columns. The last one of a key counts. */
    private void readInAnyOrder(JsonScanner row, CellWriter out) throws IOException, JsonException {
        out.restartRow();
        values = values.length > 0 ? values : new int[columns.size()];
        Arrays.fill(values, Reply.ABSENT);
        while (row.next() == Token.NAME) {
            int column = column(row, out);
            row.next();
            values[column] = row.start();
            row.skipValue();
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == Reply.ABSENT) {
                out.nulls(i + 1);
            } else {
                row.moveTo(values[i]);
                row.next();
                out.cell(row);
            }
        }
    }

    /** The column of the key that the scanner is at; most often it is the one that comes next. */
    private int column(JsonScanner in, CellWriter out) {
        int next = out.column();
        if (next < columns.size() && isSame(in, keys[next])) {
            return next;
        }
        Integer column = columns.get(in.text());
        if (column == null) {
            throw Reply.fault(out.row() + " has the key " + Reply.shown(in)
                    + " (expected: no keys but those of the first object, which are the columns)");
        }
        return column;
    }

    private boolean isSame(JsonScanner in, int key) {
        byte[] bytes = reply.bytes();
        return Arrays.equals(bytes, in.start(), in.end(), bytes, key, key + in.end() - in.start());
    }

    @Override
    public void close() {
        memory.giveBack(paid);
        paid = 0;
    }
}
