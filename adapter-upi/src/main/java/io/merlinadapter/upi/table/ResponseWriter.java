package io.merlinadapter.upi.table;

import caraml.upi.v1.Upi.ModelMetadata;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.Upi.ResponseMetadata;
import caraml.upi.v1.VariableOuterClass.Variable;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
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

    private final boolean isTable;
    private final UpiRequest request;
    private final Reply reply;
    private final Slice model;
    private final Output out;
    private final ResultTable table;

    /**
     * @param table writes to {@code out}, too
     * @param model a ModelMetadata, which is said to have predicted, if the program does not say who has
     */
    ResponseWriter(PayloadKind kind, UpiRequest request, Reply reply, Slice model, Output out, ResultTable table) {
        this.isTable = kind == PayloadKind.TABLE;
        this.request = request;
        this.reply = reply;
        this.model = model;
        this.out = out;
        this.table = table;
    }

    /** Writes all of it. */
    void write() throws JsonException {
        JsonScanner in = reply.scanner();
        in.next();
        Reply.expect(in, Token.START_OBJECT, "it", "an object");
        int[] said = new int[MEMBERS.length];
        Arrays.fill(said, Reply.ABSENT);
        int written = Reply.ABSENT;
        int wanted = isTable ? TABLE : PREDICTIONS;
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
        if (!isTable) {
            Arrays.fill(said, Reply.ABSENT);
        }
        out.fieldUnlessDefault(
                PredictValuesResponse.TARGET_NAME_FIELD_NUMBER,
                said[TARGET] == Reply.ABSENT ? request.target() : reply.text(said[TARGET], "target_name"));
        writeContext(said[CONTEXT]);
        writeMetadata(said[METADATA]);
    }

    private void writeRows(JsonScanner in) throws JsonException {
        if (isTable) {
            table.writeTable(in);
        } else {
            table.writePredictions(in);
        }
    }

    private RuntimeException noRows(int[] said) {
        return isTable
                ? Reply.fault("it has no prediction_result_table"
                        + (said[PREDICTIONS] == Reply.ABSENT
                                ? ""
                                : ", but predictions (use --upi-payload=instances for those)"))
                : Reply.fault("it has no predictions"
                        + (said[TABLE] == Reply.ABSENT
                                ? ""
                                : ", but a prediction_result_table (use --upi-payload=table for that)"));
    }

    private void writeContext(int said) throws JsonException {
        if (said == Reply.ABSENT) {
            out.put(request.context());
            return;
        }
        JsonScanner in = reply.list(said, "prediction_context");
        for (int i = 0; in.next() != Token.END_ARRAY; i++) {
            writeVariable(in, "prediction_context[" + i + "]");
        }
    }

    private void writeVariable(JsonScanner in, String called) throws JsonException {
        int[] said = Reply.members(in, called, "name", "type", "value");
        int start = out.begin(PredictValuesResponse.PREDICTION_CONTEXT_FIELD_NUMBER, 0);
        out.fieldUnlessDefault(Variable.NAME_FIELD_NUMBER, reply.text(said[0], called + ".name"));
        ColumnType type = said[1] == Reply.ABSENT ? null : type(reply.at(said[1]), called + ".type");
        JsonScanner value = said[2] == Reply.ABSENT ? null : reply.at(said[2]);
        if (type == null && value != null) {
            type = value.token() == Token.NUMBER ? ColumnType.FLOAT : ColumnType.STRING;
        }
        if (type != null) {
            out.field(Variable.TYPE_FIELD_NUMBER, type.number);
            writeValue(type, value, called + ".value");
        }
        out.end(start);
    }

    private static ColumnType type(JsonScanner in, String called) {
        ColumnType type = ColumnType.named(in);
        if (type == null) {
            throw Reply.unfit(in, called, ColumnType.NAMES);
        }
        return type;
    }

    private void writeValue(ColumnType type, @Nullable JsonScanner in, String called) throws JsonException {
        Scalar value = new Scalar();
        if (in != null && !value.readJson(type, in, reply)) {
            throw Reply.unfit(in, called, type.expected);
        }
        value.writeValue(out);
    }

    private void writeMetadata(int said) throws JsonException {
        int models = said == Reply.ABSENT ? Reply.ABSENT : Reply.members(reply.at(said), "metadata", "models")[0];
        int start = out.begin(PredictValuesResponse.METADATA_FIELD_NUMBER, 0);
        out.fieldUnlessDefault(ResponseMetadata.PREDICTION_ID_FIELD_NUMBER, Slice.of(request.predictionId()));
        if (models == Reply.ABSENT) {
            out.field(ResponseMetadata.MODELS_FIELD_NUMBER, model);
        } else {
            writeModels(reply.list(models, "metadata.models"));
        }
        out.end(start);
    }

    private void writeModels(JsonScanner in) throws JsonException {
        for (int i = 0; in.next() != Token.END_ARRAY; i++) {
            String called = "metadata.models[" + i + "]";
            int[] said = Reply.members(in, called, "name", "version");
            int start = out.begin(ResponseMetadata.MODELS_FIELD_NUMBER, 0);
            out.fieldUnlessDefault(ModelMetadata.NAME_FIELD_NUMBER, reply.text(said[0], called + ".name"));
            out.fieldUnlessDefault(ModelMetadata.VERSION_FIELD_NUMBER, reply.text(said[1], called + ".version"));
            out.end(start);
        }
    }
}
