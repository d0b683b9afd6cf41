package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Value;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the cells of a result as they are read, row by row. A column whose type nobody said has that of its first cell
 * which is not null. For one thread.
 */
final class CellWriter {
    /** Is added to the number of a type that was not said. */
    private static final int GUESSED = 8;

    /** Bytes in front of the value of a cell, and a null. */
    private static final int HEAD = 16;

    private final ProtoOutput out;
    /** Of each column, the number of its type, or 0. */
    private final Output types;

    private final String called;
    private final IntFunction<String> names;
    private final ReplyValue value;
    private int rowStart;
    private int row;
    private int column;

    /**
     * @param types said by the program, 0 where it said nothing
     * @param called what a message calls the list of rows
     * @param names of the columns, for a message
     */
    CellWriter(byte[] json, ProtoOutput out, Output types, String called, IntFunction<String> names) {
        this.value = new ReplyValue(json);
        this.out = out;
        this.types = types;
        this.called = called;
        this.names = names;
    }

    int columns() {
        return types.length();
    }

    /** What a message calls the row. */
    String row() {
        return called + "[" + row + "]";
    }

    /** The column of the next cell. */
    int column() {
        return column;
    }

    void startRow(int row) {
        this.row = row;
        this.column = 0;
        this.rowStart = out.at();
    }

    /** Begins the row anew: its cells have come in another order. */
    void restartRow() {
        out.cut(rowStart);
        column = 0;
    }

    void nulls(int until) throws IOException {
        while (column < until) {
            CodedOutputStream coded = out.room(HEAD);
            coded.writeTag(Row.VALUES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            coded.writeUInt32NoTag(2);
            coded.writeBool(Value.IS_NULL_FIELD_NUMBER, true);
            column++;
        }
    }

    /** Writes the value that the scanner is at as the next cell. */
    void cell(JsonScanner in) throws IOException, JsonException {
        Token token = in.token();
        if (token == Token.NULL) {
            nulls(column + 1);
            return;
        }
        if (token != Token.NUMBER && token != Token.STRING) {
            throw unfit(in, "a number, a text or null");
        }
        int type = types.bytes()[column];
        if (type == 0) {
            type = GUESSED + (token == Token.NUMBER ? ColumnType.FLOAT : ColumnType.STRING).number();
            types.bytes()[column] = (byte) type;
        }
        boolean guessed = type > GUESSED;
        if (guessed && (token == Token.NUMBER) != (type == GUESSED + ColumnType.FLOAT.number())) {
            throw mixed(in);
        }
        write(ColumnType.of(guessed ? type - GUESSED : type), in);
        column++;
    }

    private void write(@Nullable ColumnType type, JsonScanner in) throws IOException, JsonException {
        if (type == null || !value.read(type, in)) {
            throw unfit(in, (type == null ? "a value" : type.expected()) + " or null");
        }
        CodedOutputStream head = out.room(HEAD);
        head.writeTag(Row.VALUES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        head.writeUInt32NoTag(value.size());
        value.write(
                in,
                out,
                Value.DOUBLE_VALUE_FIELD_NUMBER,
                Value.INTEGER_VALUE_FIELD_NUMBER,
                Value.STRING_VALUE_FIELD_NUMBER);
    }

    /** The type of a column, after all rows. One of nothing but nulls is of numbers. */
    ColumnType type(int column) {
        int type = types.bytes()[column];
        ColumnType known = ColumnType.of(type > GUESSED ? type - GUESSED : type);
        return known == null ? ColumnType.FLOAT : known;
    }

    private PredictException unfit(JsonScanner in, String expected) {
        return Reply.fault(cell() + " is " + Reply.shown(in) + " (expected: " + expected + ")");
    }

    private PredictException mixed(JsonScanner in) {
        return Reply.fault(cell() + " is " + Reply.shown(in) + ", and before it there are "
                + (in.token() == Token.NUMBER ? "texts" : "numbers") + " (expected: one kind in a column)");
    }

    private String cell() {
        return row() + ", column " + names.apply(column);
    }
}
