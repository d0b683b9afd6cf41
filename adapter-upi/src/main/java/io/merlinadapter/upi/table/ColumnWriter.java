package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Table;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes the columns of a result, with a byte in each for its type, which only the rows may tell. For one thread. */
final class ColumnWriter {
    /** What a message calls the types that the program says. */
    static final String TYPES = "prediction_result_table.column_types";

    private static final String ROW_ID = "row_id";
    /** Bytes of a column besides its name. */
    private static final int FRAME = 6;

    private final byte[] json;
    private final ProtoOutput out;
    private final Output types;
    private final @Nullable JsonScanner said;
    private final int from;
    private int to;
    private int saidCount;

    /**
     * @param types is given the number of each column's type, 0 where the program says nothing
     * @param said the list of types in the reply, which has just begun; null if there is none
     */
    ColumnWriter(byte[] json, ProtoOutput out, Output types, @Nullable JsonScanner said) {
        this.json = json;
        this.out = out;
        this.types = types;
        this.said = said;
        this.from = out.at();
    }

    /** Adds a column, whose name is not "row_id". */
    void add(byte[] name) throws IOException, JsonException {
        int start = out.begin(Table.COLUMNS_FIELD_NUMBER, FRAME + name.length);
        out.text(Column.NAME_FIELD_NUMBER, name);
        end(start);
    }

    /** Adds a column with the name that the scanner is at. */
    void add(JsonScanner name) throws IOException, JsonException {
        if (name.is(ROW_ID)) {
            throw Reply.fault("a column is called \"row_id\" (expected: another name; the ids of rows are in row_ids)");
        }
        int size = name.textSize();
        int start = out.begin(Table.COLUMNS_FIELD_NUMBER, FRAME + size);
        out.text(Column.NAME_FIELD_NUMBER, name, json, size);
        end(start);
    }

    private void end(int start) throws IOException, JsonException {
        out.integer(Column.TYPE_FIELD_NUMBER, ColumnType.FLOAT.number());
        out.end(start);
        types.put(said == null ? 0 : nextType(said));
    }

    private int nextType(JsonScanner in) throws JsonException {
        if (!nextSaid(in) || in.token() == Token.NULL) {
            return 0;
        }
        ColumnType type = ColumnType.named(in);
        if (type == null) {
            throw Reply.fault(TYPES + "[" + (saidCount - 1) + "] is " + Reply.shown(in) + " (expected: "
                    + ColumnType.NAMES + ")");
        }
        return type.number();
    }

    private boolean nextSaid(JsonScanner in) throws JsonException {
        if (in.token() == Token.END_ARRAY || in.next() == Token.END_ARRAY) {
            return false;
        }
        in.skipValue();
        saidCount++;
        return true;
    }

    /** All columns are there. */
    void end() throws JsonException {
        to = out.at();
        if (said == null) {
            return;
        }
        while (nextSaid(said)) {
            // Only to count them.
        }
        if (saidCount != types.length()) {
            throw Reply.fault(TYPES + " has " + saidCount + " types (expected: " + types.length()
                    + ", as many as there are columns; or leave them out)");
        }
    }

    /** Writes the types, each of which has been given one byte at the end of its column. */
    void writeTypes(IntFunction<ColumnType> types) throws IOException {
        int[] column = {0};
        ProtoInput.eachField(out.bytes(), from, to, (tag, in) -> {
            int end = in.enter();
            in.skipTo(end);
            out.bytes()[end - 1] = (byte) types.apply(column[0]++).number();
        });
    }
}
