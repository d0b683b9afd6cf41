package io.merlinadapter.upi.payload;

import io.merlinadapter.upi.payload.JsonCursor.Token;
import io.merlinadapter.upi.payload.UpiRequest.Kept;

/** Puts a reply as a PredictValuesResponse. For one reply, on one thread. */
final class ResponseWriter {
    private static final byte[] RESULT_TABLE = JsonTexts.ascii("prediction_result_table");
    private static final byte[] PREDICTIONS = JsonTexts.ascii("predictions");
    private static final byte[] TARGET_NAME = JsonTexts.ascii("target_name");
    private static final byte[] CONTEXT = JsonTexts.ascii("prediction_context");
    private static final byte[] METADATA = JsonTexts.ascii("metadata");
    private static final byte[] MODELS = JsonTexts.ascii("models");
    private static final byte[] NAME = JsonTexts.ascii("name");
    private static final byte[] VERSION = JsonTexts.ascii("version");
    private static final byte[] TYPE = JsonTexts.ascii("type");
    private static final byte[] VALUE = JsonTexts.ascii("value");
    private static final byte[] DEFAULT_NAME = JsonTexts.ascii("prediction_result");

    /** For what else a response has. */
    private static final int MARGIN = 1024;

    private final Kept kept;
    private final ModelName model;
    private final Purse scratch;
    private final PaidBytes out;

    ResponseWriter(Kept kept, ModelName model, Purse scratch, PaidBytes out) {
        this.kept = kept;
        this.model = model;
        this.scratch = scratch;
        this.out = out;
    }

    void writeTableReply(Reply reply) throws JsonFault {
        int[] at = reply.open(RESULT_TABLE, TARGET_NAME, CONTEXT, METADATA, PREDICTIONS);
        if (at[0] == Reply.ABSENT) {
            throw Reply.fault("it has no prediction_result_table"
                    + (at[4] == Reply.ABSENT ? "" : ", but predictions (use --upi-payload=instances for those)"));
        }
        writeTable(reply, ResultTable.ofTable(reply, at[0], scratch));
        writeTarget(reply, at[1]);
        writeContext(reply, at[2]);
        writeMetadata(reply, at[3]);
    }

    void writeInstancesReply(Reply reply) throws JsonFault {
        int[] at = reply.open(PREDICTIONS, RESULT_TABLE);
        if (at[0] == Reply.ABSENT) {
            throw Reply.fault("it has no predictions"
                    + (at[1] == Reply.ABSENT
                            ? ""
                            : ", but a prediction_result_table (use --upi-payload=table for that)"));
        }
        writeTable(reply, ResultTable.ofPredictions(reply, at[0], scratch));
        writeTarget(reply, Reply.ABSENT);
        writeContext(reply, Reply.ABSENT);
        writeMetadata(reply, Reply.ABSENT);
    }

    private void writeTable(Reply reply, ResultTable table) throws JsonFault {
        ReplyRows rows = table.rows();
        Survey survey = new Survey(rows, table.types(), out, scratch);
        int most = kept.rows() == UpiRequest.ANY_NUMBER ? Integer.MAX_VALUE : kept.rows();
        int count = survey.take(most);
        if (kept.rows() != UpiRequest.ANY_NUMBER && kept.rows() != count) {
            throw Reply.fault("it has " + count + " predictions (expected: " + kept.rows()
                    + ", one for each row of the request)");
        }
        RowIds ids = RowIds.of(table.rowIds(), count, kept, scratch);
        int start = out.begin(Tags.RESPONSE_TABLE);
        writeName(reply, table.name());
        Texts columns = rows.columns();
        for (int i = 0; i < columns.count(); i++) {
            int column = out.begin(Tags.TABLE_COLUMN);
            out.field(Tags.COLUMN_NAME, columns.bytes(), columns.from(i), columns.to(i));
            out.varint(Tags.COLUMN_TYPE);
            out.put(table.types().get(i));
            out.end(column);
        }
        // One array of the right size takes less memory than one that grows.
        out.expect(survey.size() + ids.size() + MARGIN);
        rows.walk(new RowWriter(rows, table.types(), ids, out), most);
        out.end(start);
    }

    private void writeName(Reply reply, int offset) throws JsonFault {
        int start = out.begin(Tags.TABLE_NAME);
        if (offset != Reply.ABSENT) {
            Reply.text(reply.at(offset), "prediction_result_table.name", out);
        }
        if (out.length() == start) {
            putKept(Kept.TABLE_NAME);
        }
        if (out.length() == start) {
            out.put(DEFAULT_NAME);
        }
        out.end(start);
    }

    private void writeTarget(Reply reply, int offset) throws JsonFault {
        int start = out.begin(Tags.RESPONSE_TARGET);
        if (offset == Reply.ABSENT) {
            putKept(Kept.TARGET_NAME);
        } else {
            Reply.text(reply.at(offset), "target_name", out);
        }
        out.end(start);
    }

    private void putKept(int word) {
        Texts words = kept.words();
        out.put(words.bytes(), words.from(word), words.to(word));
    }

    private void writeContext(Reply reply, int offset) throws JsonFault {
        if (offset == Reply.ABSENT) {
            putKept(Kept.CONTEXT);
            return;
        }
        JsonCursor cursor = reply.list(offset, "prediction_context");
        JsonNumbers numbers = new JsonNumbers();
        for (int i = 0; cursor.next() != Token.END_ARRAY; i++) {
            writeVariable(reply, cursor, "prediction_context[" + i + "]", numbers);
        }
    }

    private void writeVariable(Reply reply, JsonCursor cursor, String called, JsonNumbers numbers) throws JsonFault {
        int[] at = object(cursor, called, NAME, TYPE, VALUE);
        int start = out.begin(Tags.RESPONSE_CONTEXT);
        writeText(reply, at[0], called + ".name", Tags.VARIABLE_NAME);
        int type = Types.NONE;
        if (at[1] != Reply.ABSENT) {
            JsonCursor said = reply.at(at[1]);
            type = said.token() == Token.TEXT ? Types.of(said) : Types.NONE;
            if (type == Types.NONE) {
                throw Reply.fault(called + ".type is " + Reply.shown(said) + " (expected: " + Types.EXPECTED + ")");
            }
        }
        if (at[2] != Reply.ABSENT) {
            JsonCursor value = reply.at(at[2]);
            type = type != Types.NONE ? type : value.token() == Token.NUMBER ? Types.FLOAT : Types.STRING;
            if (!ScalarWriter.write(
                    type, value, numbers, out, Tags.VARIABLE_DOUBLE, Tags.VARIABLE_INTEGER, Tags.VARIABLE_STRING)) {
                throw Reply.fault(called + ".value is " + Reply.shown(value) + " (expected: "
                        + ScalarWriter.expected(type) + ")");
            }
        }
        if (type != Types.NONE) {
            out.varint(Tags.VARIABLE_TYPE);
            out.put(type);
        }
        out.end(start);
    }

    private void writeMetadata(Reply reply, int offset) throws JsonFault {
        int start = out.begin(Tags.RESPONSE_METADATA);
        int id = out.begin(Tags.RESPONSE_PREDICTION_ID);
        out.utf8(kept.predictionId());
        out.end(id);
        int models = offset == Reply.ABSENT ? Reply.ABSENT : object(reply.at(offset), "metadata", MODELS)[0];
        if (models == Reply.ABSENT) {
            int entry = out.begin(Tags.RESPONSE_MODEL);
            out.field(Tags.MODEL_NAME, model.name());
            out.field(Tags.MODEL_VERSION, model.version());
            out.end(entry);
        } else {
            writeModels(reply, reply.list(models, "metadata.models"));
        }
        out.end(start);
    }

    private void writeModels(Reply reply, JsonCursor cursor) throws JsonFault {
        for (int i = 0; cursor.next() != Token.END_ARRAY; i++) {
            String called = "metadata.models[" + i + "]";
            int[] at = object(cursor, called, NAME, VERSION);
            int entry = out.begin(Tags.RESPONSE_MODEL);
            writeText(reply, at[0], called + ".name", Tags.MODEL_NAME);
            writeText(reply, at[1], called + ".version", Tags.MODEL_VERSION);
            out.end(entry);
        }
    }

    private static int[] object(JsonCursor cursor, String called, byte[]... names) throws JsonFault {
        if (cursor.token() != Token.START_OBJECT) {
            throw Reply.fault(called + " is " + Reply.shown(cursor) + " (expected: an object)");
        }
        return Reply.members(cursor, names);
    }

    private void writeText(Reply reply, int offset, String called, int tag) throws JsonFault {
        if (offset != Reply.ABSENT) {
            int start = out.begin(tag);
            Reply.text(reply.at(offset), called, out);
            out.end(start);
        }
    }
}
