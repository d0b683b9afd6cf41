package io.merlinadapter.upi.table;

import caraml.upi.v1.Upi.ModelMetadata;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.Upi.ResponseMetadata;
import caraml.upi.v1.VariableOuterClass.Variable;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a PredictValuesResponse of a program's reply. For one reply, on one thread. */
final class ResponseWriter {
    private static final String[] MEMBERS = {
        "prediction_result_table", "predictions", "target_name", "prediction_context", "metadata"
    };
    private static final int TABLE = 0;
    private static final int PREDICTIONS = 1;
    private static final int TARGET = 2;
    private static final int CONTEXT = 3;
    private static final int METADATA = 4;

    private final PayloadKind kind;
    private final Echo echo;
    private final Reply reply;
    private final ModelMetadata model;
    private final ProtoOutput out;
    private final ResultTable table;

    /** @param model is said to have predicted, if the program does not say who has */
    ResponseWriter(
            PayloadKind kind, Echo echo, Reply reply, ModelMetadata model, ProtoOutput out, MessageMemory memory) {
        this.kind = kind;
        this.echo = echo;
        this.reply = reply;
        this.model = model;
        this.out = out;
        this.table = new ResultTable(reply, echo, out, memory);
    }

    /**
     * Writes all of it.
     *
     * @return the first id of a row that the request does not have, if there is one
     */
    @Nullable
    String write() throws IOException, JsonException {
        JsonScanner in = reply.scanner();
        in.next();
        Reply.expect(in, Token.START_OBJECT, "it", "an object");
        int[] said = new int[MEMBERS.length];
        Arrays.fill(said, Reply.ABSENT);
        int written = Reply.ABSENT;
        int wanted = kind == PayloadKind.TABLE ? TABLE : PREDICTIONS;
        while (in.next() == Token.NAME) {
            int member = Reply.index(in, MEMBERS);
            boolean isNull = in.next() == Token.NULL;
            if (member >= 0) {
                said[member] = isNull ? Reply.ABSENT : in.start();
            }
            if (member == wanted && !isNull && written == Reply.ABSENT) {
                written = in.start();
                writeRows(in);
            }
            in.skipValue();
        }
        in.next();
        if (said[wanted] == Reply.ABSENT) {
            throw noRows(said);
        }
        if (said[wanted] != written) {
            // It came more than once, and the last one counts.
            writeRows(reply.at(said[wanted]));
        }
        boolean all = kind == PayloadKind.TABLE;
        writeTarget(all ? said[TARGET] : Reply.ABSENT);
        writeContext(all ? said[CONTEXT] : Reply.ABSENT);
        writeMetadata(all ? said[METADATA] : Reply.ABSENT);
        out.finish();
        return table.foreignRowId();
    }

    private void writeRows(JsonScanner in) throws IOException, JsonException {
        if (kind == PayloadKind.TABLE) {
            table.writeTable(in);
        } else {
            table.writePredictions(in);
        }
    }

    private RuntimeException noRows(int[] said) {
        return kind == PayloadKind.TABLE
                ? Reply.fault("it has no prediction_result_table"
                        + (said[PREDICTIONS] == Reply.ABSENT
                                ? ""
                                : ", but predictions (use --upi-payload=instances for those)"))
                : Reply.fault("it has no predictions"
                        + (said[TABLE] == Reply.ABSENT
                                ? ""
                                : ", but a prediction_result_table (use --upi-payload=table for that)"));
    }

    private void writeTarget(int said) throws IOException, JsonException {
        int field = PredictValuesResponse.TARGET_NAME_FIELD_NUMBER;
        if (said == Reply.ABSENT) {
            out.text(field, echo.bytes(), echo.contextEnd(), echo.targetEnd());
        } else {
            reply.writeText(said, "target_name", field, out);
        }
    }

    private void writeContext(int said) throws IOException, JsonException {
        if (said == Reply.ABSENT) {
            out.room(echo.contextEnd()).writeRawBytes(echo.bytes(), 0, echo.contextEnd());
            return;
        }
        JsonScanner in = reply.list(said, "prediction_context");
        ReplyValue value = new ReplyValue(reply.bytes());
        for (int i = 0; in.next() != Token.END_ARRAY; i++) {
            writeVariable(in, "prediction_context[" + i + "]", value);
        }
    }

    private void writeVariable(JsonScanner in, String called, ReplyValue value) throws IOException, JsonException {
        int[] said = Reply.members(in, called, "name", "type", "value");
        int start = out.begin(PredictValuesResponse.PREDICTION_CONTEXT_FIELD_NUMBER, 0);
        reply.writeText(said[0], called + ".name", Variable.NAME_FIELD_NUMBER, out);
        ColumnType type = said[1] == Reply.ABSENT ? null : type(reply.at(said[1]), called + ".type");
        JsonScanner at = said[2] == Reply.ABSENT ? null : reply.at(said[2]);
        if (type == null && at != null) {
            type = at.token() == Token.NUMBER ? ColumnType.FLOAT : ColumnType.STRING;
        }
        if (type != null) {
            out.integer(Variable.TYPE_FIELD_NUMBER, type.number());
            if (at != null) {
                writeValue(type, at, called + ".value", value);
            }
        }
        out.end(start);
    }

    private static ColumnType type(JsonScanner at, String called) {
        ColumnType type = ColumnType.named(at);
        if (type == null) {
            throw Reply.fault(called + " is " + Reply.shown(at) + " (expected: " + ColumnType.NAMES + ")");
        }
        return type;
    }

    private void writeValue(ColumnType type, JsonScanner at, String called, ReplyValue value)
            throws IOException, JsonException {
        if (!value.read(type, at)) {
            throw Reply.fault(called + " is " + Reply.shown(at) + " (expected: " + type.expected() + ")");
        }
        value.write(
                at,
                out,
                Variable.DOUBLE_VALUE_FIELD_NUMBER,
                Variable.INTEGER_VALUE_FIELD_NUMBER,
                Variable.STRING_VALUE_FIELD_NUMBER);
    }

    private void writeMetadata(int said) throws IOException, JsonException {
        int models = said == Reply.ABSENT ? Reply.ABSENT : Reply.members(reply.at(said), "metadata", "models")[0];
        int start = out.begin(PredictValuesResponse.METADATA_FIELD_NUMBER, 0);
        out.text(
                ResponseMetadata.PREDICTION_ID_FIELD_NUMBER, echo.predictionId().getBytes(StandardCharsets.UTF_8));
        if (models == Reply.ABSENT) {
            out.room(model.getSerializedSize() + 20).writeMessage(ResponseMetadata.MODELS_FIELD_NUMBER, model);
        } else {
            writeModels(reply.list(models, "metadata.models"));
        }
        out.end(start);
    }

    private void writeModels(JsonScanner in) throws IOException, JsonException {
        for (int i = 0; in.next() != Token.END_ARRAY; i++) {
            String called = "metadata.models[" + i + "]";
            int[] said = Reply.members(in, called, "name", "version");
            int start = out.begin(ResponseMetadata.MODELS_FIELD_NUMBER, 0);
            reply.writeText(said[0], called + ".name", ModelMetadata.NAME_FIELD_NUMBER, out);
            reply.writeText(said[1], called + ".version", ModelMetadata.VERSION_FIELD_NUMBER, out);
            out.end(start);
        }
    }
}
