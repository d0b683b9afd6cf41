package io.merlinadapter.upi.table;

import static com.google.protobuf.WireFormat.WIRETYPE_FIXED64;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.VariableOuterClass.Variable;
import com.google.protobuf.CodedOutputStream;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A cell or a variable on its way from protobuf to JSON or back. In protobuf it holds a value of each type, of which its
 * column or the variable itself says which one counts. For one thread.
 */
final class Scalar {
    private static final int CELL = Row.VALUES_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;

    /** Bytes of a cell that holds a double and nothing else, with its tag. */
    static final int REAL_CELL = 3 + Double.BYTES;

    /** The first of them. */
    private static final int REAL_HEAD =
            CELL | (REAL_CELL - 2) << 8 | (Value.DOUBLE_VALUE_FIELD_NUMBER << 3 | WIRETYPE_FIXED64) << 16;

    private static final int HEAD_MASK = 0xffffff;

    private Slice name = Slice.EMPTY;
    private int type;
    private double real;
    private long integer;
    private Slice text = Slice.EMPTY;
    private boolean isNull;

    private void clear() {
        name = Slice.EMPTY;
        type = 0;
        real = 0;
        integer = 0;
        text = Slice.EMPTY;
        isNull = false;
    }

    boolean isNull() {
        return isNull;
    }

    double real() {
        return real;
    }

    long integer() {
        return integer;
    }

    Slice text() {
        return text;
    }

    /** Reads the cell that is the next value of {@code in}. */
    void readCell(ProtoInput in) throws IOException {
        clear();
        int end = in.enter();
        while (in.at() < end) {
            int tag = in.tag();
            switch (tag) {
                case Value.DOUBLE_VALUE_FIELD_NUMBER << 3 | WIRETYPE_FIXED64 -> real = in.real();
                case Value.INTEGER_VALUE_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> integer = in.integer();
                case Value.STRING_VALUE_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> text = in.text();
                case Value.IS_NULL_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> isNull = in.bool();
                default -> in.skip(tag);
            }
        }
        in.leave(end);
    }

    /** Reads the variable that is the next value of {@code in}. */
    void readVariable(ProtoInput in) throws IOException {
        clear();
        in.eachField((tag, fields) -> {
            switch (tag) {
                case Variable.NAME_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> name = fields.text();
                case Variable.TYPE_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> type = fields.int32();
                case Variable.DOUBLE_VALUE_FIELD_NUMBER << 3 | WIRETYPE_FIXED64 -> real = fields.real();
                case Variable.INTEGER_VALUE_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> integer = fields.integer();
                case Variable.STRING_VALUE_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> text = fields.text();
                default -> fields.skip(tag);
            }
        });
    }

    /** Reads the JSON that the scanner is at. Returns false if it is no value of this type. */
    boolean readJson(ColumnType type, JsonScanner in, Reply reply) throws JsonException {
        clear();
        Token token = in.token();
        switch (type) {
            case FLOAT -> {
                if (token == Token.NUMBER) {
                    real = JsonNumbers.parse(reply.bytes(), in.start(), in.end());
                    return !Double.isInfinite(real);
                }
                real = token == Token.STRING ? nonFinite(in) : 0;
                return !Double.isFinite(real);
            }
            case INTEGER -> {
                if (token != Token.NUMBER || !JsonNumbers.isLong(reply.bytes(), in.start(), in.end())) {
                    return false;
                }
                integer = JsonNumbers.parseLong(reply.bytes(), in.start(), in.end());
            }
            case STRING -> {
                if (token != Token.STRING) {
                    return false;
                }
                text = reply.text(in);
            }
        }
        return true;
    }

    /** One of the numbers that JSON has not, or 0. */
    static double nonFinite(JsonScanner in) {
        if (in.is("NaN")) {
            return Double.NaN;
        }
        return in.is("Infinity") ? Double.POSITIVE_INFINITY : in.is("-Infinity") ? Double.NEGATIVE_INFINITY : 0;
    }

    /** Writes the value of this type; null if there is no type. */
    void writeJson(@Nullable ColumnType type, Output out) {
        if (isNull || type == null) {
            out.json("null");
            return;
        }
        switch (type) {
            case FLOAT -> out.jsonNumber(real);
            case INTEGER -> out.jsonNumber(integer);
            case STRING -> out.jsonText(text);
        }
    }

    /** Writes {@code {"name":…,"type":…,"value":…}}. */
    void writeJsonVariable(Output out) {
        ColumnType known = ColumnType.of(type);
        out.json("{\"name\":")
                .jsonText(name)
                .json(",\"type\":")
                .json(ColumnType.json(known))
                .json(",\"value\":");
        writeJson(known, out);
        out.put('}');
    }

    /** True if at {@code at} there is a cell that holds a double and nothing else; there must be as many bytes. */
    static boolean isRealCell(byte[] bytes, int at) {
        return (LittleEndian.getInt(bytes, at) & HEAD_MASK) == REAL_HEAD;
    }

    /** Puts a cell that holds this double where there is room for it. Returns where it ends. */
    static int putRealCell(long bits, byte[] to, int at) {
        if (bits == 0) {
            // The default, which is left out.
            to[at] = CELL;
            to[at + 1] = 0;
            return at + 2;
        }
        LittleEndian.putInt(to, at, REAL_HEAD);
        LittleEndian.putLong(to, at + 3, bits);
        return at + REAL_CELL;
    }

    /** Writes it as a cell of protobuf. */
    void writeCell(Output out) {
        // Told before, as there may be a million of them: begin and end would write each twice.
        int size = Double.doubleToRawLongBits(real) == 0 ? 0 : 1 + Double.BYTES;
        size += integer == 0 ? 0 : 1 + CodedOutputStream.computeInt64SizeNoTag(integer);
        size += text.length() == 0 ? 0 : 1 + CodedOutputStream.computeUInt32SizeNoTag(text.length()) + text.length();
        out.varint(CELL);
        out.varint(size);
        out.fieldUnlessDefault(Value.DOUBLE_VALUE_FIELD_NUMBER, real);
        out.fieldUnlessDefault(Value.INTEGER_VALUE_FIELD_NUMBER, integer);
        out.fieldUnlessDefault(Value.STRING_VALUE_FIELD_NUMBER, text);
    }

    /** Writes a cell that holds this. */
    void writeReal(double number, Output out) {
        clear();
        real = number;
        writeCell(out);
    }

    /** Writes a cell that holds this. */
    void writeInteger(long number, Output out) {
        clear();
        integer = number;
        writeCell(out);
    }

    /** Writes a cell that holds this. */
    void writeText(Slice words, Output out) {
        clear();
        text = words;
        writeCell(out);
    }

    static void writeNullCell(Output out) {
        int start = out.begin(Row.VALUES_FIELD_NUMBER, 0);
        out.field(Value.IS_NULL_FIELD_NUMBER, 1);
        out.end(start);
    }

    /** Writes the value as fields of a variable of protobuf. */
    void writeValue(Output out) {
        out.fieldUnlessDefault(Variable.DOUBLE_VALUE_FIELD_NUMBER, real);
        out.fieldUnlessDefault(Variable.INTEGER_VALUE_FIELD_NUMBER, integer);
        out.fieldUnlessDefault(Variable.STRING_VALUE_FIELD_NUMBER, text);
    }

    /** Writes it as a variable of a response's prediction context. */
    void writeVariable(Output out) {
        int start = out.begin(PredictValuesResponse.PREDICTION_CONTEXT_FIELD_NUMBER, name.length());
        out.fieldUnlessDefault(Variable.NAME_FIELD_NUMBER, name);
        out.fieldUnlessDefault(Variable.TYPE_FIELD_NUMBER, type);
        writeValue(out);
        out.end(start);
    }
}
