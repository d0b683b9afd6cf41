package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Rows that are objects, with the keys of the first for columns. For one thread. */
final class KeyedRows implements AutoCloseable {
    /** What a key costs besides its characters: its entry, its place in arrays that grow. */
    private static final int ENTRY = 200;

    private final Reply reply;
    private final ResultTable table;
    private final MessageMemory memory;
    private final Map<String, Integer> columns = new HashMap<>();
    /** Where the keys of the first object begin, at their quotes. */
    private int[] keys = new int[8];

    private int[] values = {};
    private long paid;

    KeyedRows(Reply reply, ResultTable table, MessageMemory memory) {
        this.reply = reply;
        this.table = table;
        this.memory = memory;
    }

    /** Adds the keys of the object that the scanner is at to the table's columns. */
    void addColumns(JsonScanner first, String called) throws JsonException {
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
            table.addColumn(reply.text(first), 0);
            first.next();
            first.skipValue();
        }
    }

    /** Reads the row whose first token the scanner is at, to its end; null is a row of nulls. */
    void read(JsonScanner in) throws JsonException {
        if (in.token() != Token.NULL) {
            Reply.expect(in, Token.START_OBJECT, table.row(), "an object, as before it");
            int start = in.start();
            boolean inOrder = true;
            while (in.next() == Token.NAME) {
                int column = inOrder ? column(in) : table.column();
                inOrder &= column >= table.column();
                in.next();
                if (inOrder) {
                    table.nulls(column);
                    table.cell(in);
                } else {
                    in.skipValue();
                }
            }
            if (!inOrder) {
                readInAnyOrder(reply.at(start));
            }
        }
        table.nulls(columns.size());
    }

    /** Finds all values first, and then writes them in the order of the columns. The last one of a key counts. */
    private void readInAnyOrder(JsonScanner row) throws JsonException {
        table.restartRow();
        values = values.length > 0 ? values : new int[columns.size()];
        Arrays.fill(values, Reply.ABSENT);
        while (row.next() == Token.NAME) {
            int column = column(row);
            row.next();
            values[column] = row.start();
            row.skipValue();
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == Reply.ABSENT) {
                table.nulls(i + 1);
            } else {
                row.moveTo(values[i]);
                row.next();
                table.cell(row);
            }
        }
    }

    /** The column of the key that the scanner is at; most often it is the one that comes next. */
    private int column(JsonScanner in) {
        int next = table.column();
        if (next < columns.size() && isSame(in, keys[next])) {
            return next;
        }
        Integer column = columns.get(in.text());
        if (column == null) {
            throw Reply.fault(table.row() + " has the key " + Reply.shown(in)
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
    }
}
