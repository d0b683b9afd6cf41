package io.merlinadapter.upi.table;

import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.VariableOuterClass.Variable;
import java.io.IOException;

/** Reads a variable of protobuf, and writes it for the program or for the response. For one thread. */
final class VariableReader {
    private final byte[] bytes;
    private final Scalar value = new Scalar();
    private int nameFrom;
    private int nameTo;
    private int type;

    /** @param bytes what holds the variables that will be read */
    VariableReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads the variable that is the next value of {@code in}. */
    void read(ProtoInput in) throws IOException {
        value.clear();
        nameFrom = 0;
        nameTo = 0;
        type = 0;
        in.eachField(this::readField);
    }

    private void readField(int tag, ProtoInput in) throws IOException {
        if (tag == Tags.VARIABLE_NAME) {
            in.text();
            nameFrom = in.from();
            nameTo = in.to();
        } else if (tag == Tags.VARIABLE_TYPE) {
            type = in.int32();
        } else if (tag == Tags.VARIABLE_DOUBLE) {
            value.readReal(in);
        } else if (tag == Tags.VARIABLE_INTEGER) {
            value.readInteger(in);
        } else if (tag == Tags.VARIABLE_STRING) {
            value.readText(in);
        } else {
            in.skip(tag);
        }
    }

    /** Writes {@code {"name":…,"type":…,"value":…}}. */
    void write(JsonOutput out) {
        ColumnType known = ColumnType.of(type);
        out.raw("{\"name\":").text(bytes, nameFrom, nameTo).raw(",\"type\":").type(known);
        out.raw(",\"value\":");
        value.write(known, bytes, out);
        out.raw('}');
    }

    /** Writes it as a variable of the response's prediction context. */
    void write(ProtoOutput out) throws IOException {
        int start = out.begin(PredictValuesResponse.PREDICTION_CONTEXT_FIELD_NUMBER, nameTo - nameFrom);
        out.text(Variable.NAME_FIELD_NUMBER, bytes, nameFrom, nameTo);
        out.integer(Variable.TYPE_FIELD_NUMBER, type);
        value.write(
                bytes,
                out,
                Variable.DOUBLE_VALUE_FIELD_NUMBER,
                Variable.INTEGER_VALUE_FIELD_NUMBER,
                Variable.STRING_VALUE_FIELD_NUMBER);
        out.end(start);
    }
}
