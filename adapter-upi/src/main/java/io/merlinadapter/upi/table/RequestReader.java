package io.merlinadapter.upi.table;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes of a PredictValuesRequest what the program reads, and what the response repeats. For one request, on one thread. */
final class RequestReader {
    private static final int LONGEST_ID = 1 << 16;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final PayloadKind kind;
    private final MessageMemory memory;
    private final Echo echo;
    private final JsonOutput out;
    private final VariableReader variable;
    private boolean hasTable;
    private int targetFrom;
    private int targetTo;
    private int idFrom;
    private int idTo;
    private boolean hasTimestamp;
    private long seconds;
    private int nanos;
    private int count;

    private RequestReader(PayloadKind kind, Body message, MessageMemory memory, Echo echo, Output out) {
        this.kind = kind;
        this.bytes = message.bytes();
        this.from = message.offset();
        this.to = from + message.length();
        this.memory = memory;
        this.echo = echo;
        this.out = new JsonOutput(out);
        this.variable = new VariableReader(bytes);
    }

    /**
     * Reads the message, which stays the caller's.
     *
     * @param limit how many bytes the program may be sent
     */
    static UpiRequest read(PayloadKind kind, Body message, int limit, MessageMemory memory) throws IOException {
        Echo echo = new Echo(memory);
        boolean done = false;
        try (Output json = new Output(memory, limit, 2L * message.length())) {
            new RequestReader(kind, message, memory, echo, json).read();
            Body line = json.take();
            echo.complete();
            done = true;
            return new UpiRequest(line, echo);
        } finally {
            if (!done) {
                echo.release();
            }
        }
    }

    private void read() throws IOException {
        ProtoInput.eachField(bytes, from, to, this::readField);
        if (idTo - idFrom > LONGEST_ID) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST,
                    "metadata.prediction_id has " + (idTo - idFrom) + " bytes (expected: at most " + LONGEST_ID + ")");
        }
        if (idFrom == idTo) {
            byte[] id = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
            write(id, 0, id.length);
        } else {
            write(bytes, idFrom, idTo);
        }
    }

    /** Writes all of it, with this prediction id. */
    private void write(byte[] id, int idFrom, int idTo) throws IOException {
        echo.setPredictionId(id, idFrom, idTo);
        echo.addTarget(bytes, targetFrom, targetTo);
        try (TableReader table = new TableReader(bytes, from, to, Tags.REQUEST_TABLE, "prediction_table", memory)) {
            table.readHead();
            table.refuseColumnRowId();
            table.keep(echo);
            if (kind == PayloadKind.INSTANCES) {
                out.raw("{\"instances\":");
                table.writeData(out);
            } else {
                writeAll(table, id, idFrom, idTo);
            }
        }
        out.raw('}');
        if (!hasTable && kind == PayloadKind.TABLE) {
            // The program may make up a table of its own; but of instances it has seen that there are none.
            echo.admitAnyRows();
        }
    }

    private void readField(int tag, ProtoInput in) throws IOException {
        if (tag == Tags.REQUEST_METADATA) {
            in.eachField(this::readMetadata);
        } else if (tag == Tags.REQUEST_TARGET) {
            in.text();
            targetFrom = in.from();
            targetTo = in.to();
        } else if (tag == Tags.REQUEST_CONTEXT) {
            variable.read(in);
            echo.addVariable(variable);
        } else {
            hasTable |= tag == Tags.REQUEST_TABLE;
            in.skip(tag);
        }
    }

    private void readMetadata(int tag, ProtoInput in) throws IOException {
        if (tag == Tags.REQUEST_PREDICTION_ID) {
            in.text();
            idFrom = in.from();
            idTo = in.to();
        } else if (tag == Tags.REQUEST_TIMESTAMP) {
            hasTimestamp = true;
            in.eachField(this::readTimestamp);
        } else {
            in.skip(tag);
        }
    }

    private void readTimestamp(int tag, ProtoInput in) throws IOException {
        if (tag == Tags.SECONDS) {
            seconds = in.integer();
        } else if (tag == Tags.NANOS) {
            nanos = in.int32();
        } else {
            in.skip(tag);
        }
    }

    private void writeAll(TableReader table, byte[] id, int idFrom, int idTo) throws IOException {
        out.raw("{\"prediction_table\":");
        if (hasTable) {
            table.write(out);
        } else {
            out.raw("null");
        }
        out.raw(",\"transformer_input\":{\"tables\":[");
        writeTables();
        out.raw("],\"variables\":[");
        count = 0;
        eachOfTransformer(Tags.TRANSFORMER_VARIABLE, this::writeVariable);
        out.raw("]},\"target_name\":").text(bytes, targetFrom, targetTo).raw(",\"prediction_context\":[");
        count = 0;
        ProtoInput.eachField(bytes, from, to, (tag, in) -> {
            if (tag == Tags.REQUEST_CONTEXT) {
                writeVariable(tag, in);
            } else {
                in.skip(tag);
            }
        });
        out.raw("],\"metadata\":{\"prediction_id\":").text(id, idFrom, idTo).raw(",\"request_timestamp\":");
        writeTimestamp();
        out.raw('}');
    }

    private void writeTables() throws IOException {
        count = 0;
        eachOfTransformer(Tags.TRANSFORMER_TABLE, (tag, in) -> {
            int end = in.enter();
            int start = in.at();
            in.skipTo(end);
            String called = "transformer_input.tables[" + count + "]";
            out.comma(count++);
            try (TableReader table = new TableReader(bytes, start, end, TableReader.NO_WRAPPER, called, memory)) {
                table.readHead();
                table.write(out);
            }
        });
    }

    private void eachOfTransformer(int wanted, ProtoInput.FieldReader reader) throws IOException {
        ProtoInput.eachField(bytes, from, to, (outer, in) -> {
            if (outer != Tags.REQUEST_TRANSFORMER) {
                in.skip(outer);
                return;
            }
            in.eachField((tag, fields) -> {
                if (tag == wanted) {
                    reader.read(tag, fields);
                } else {
                    fields.skip(tag);
                }
            });
        });
    }

    private void writeVariable(int tag, ProtoInput in) throws IOException {
        variable.read(in);
        out.comma(count++);
        variable.write(out);
    }

    private void writeTimestamp() {
        if (!hasTimestamp) {
            out.raw("null");
            return;
        }
        String text = Timestamps.format(seconds, nanos);
        if (text == null) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST,
                    "metadata.request_timestamp is " + seconds + " s and " + nanos
                            + " ns (expected: a time in the years 1 to 9999, and 0 to 999999999 ns)");
        }
        out.text(text);
    }
}
