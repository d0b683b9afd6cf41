package io.merlinadapter.upi.table;

import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;
import static io.merlinadapter.upi.table.ProtoInput.only;

import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.Upi.TransformerInput;
import com.google.protobuf.Timestamp;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.table.ProtoInput.FieldReader;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

/** Makes of a PredictValuesRequest what the program reads, and what the response repeats. For one request, on one thread. */
final class RequestReader {
    private static final int TABLE =
            PredictValuesRequest.PREDICTION_TABLE_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int TARGET = PredictValuesRequest.TARGET_NAME_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int CONTEXT =
            PredictValuesRequest.PREDICTION_CONTEXT_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int TRANSFORMER =
            PredictValuesRequest.TRANSFORMER_INPUT_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int METADATA = PredictValuesRequest.METADATA_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int TABLES = TransformerInput.TABLES_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;
    private static final int VARIABLES = TransformerInput.VARIABLES_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED;

    private static final int LONGEST_ID = 1 << 16;
    private static final long FIRST_SECOND =
            Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int LAST_NANO = 999_999_999;

    /**
     * What the program gets.
     *
     * @param isArrow whether its tables are payloads
     * @param limit how many bytes it may be sent
     */
    record Form(PayloadKind kind, boolean isArrow, int limit) {}

    private final Form form;
    private final PayloadKind kind;
    private final Slice message;
    private final MessageMemory memory;
    private final UpiRequest request;
    private final Output out;
    private final Scalar variable = new Scalar();
    private boolean hasTable;
    private Slice target = Slice.EMPTY;
    private Slice id = Slice.EMPTY;
    private boolean hasTimestamp;
    private long seconds;
    private int nanos;
    private int count;
    private int payloadLeft;

    private RequestReader(Form form, Slice message, MessageMemory memory, UpiRequest request, Output out) {
        this.kind = form.kind();
        this.form = form;
        this.message = message;
        this.payloadLeft = form.limit();
        this.memory = memory;
        this.request = request;
        this.out = out;
    }

    /**
     * Reads the message, which stays the caller's.
     */
    static UpiRequest read(Form form, Body message, MessageMemory memory) throws IOException {
        UpiRequest request = new UpiRequest(memory);
        long expected = form.isArrow() ? message.length() / 16 : 2L * message.length();
        try (Output json = new Output(memory, form.limit(), expected)) {
            new RequestReader(form, Slice.of(message), memory, request, json).read();
            return request.complete(json.take());
        } catch (Throwable e) {
            request.release();
            throw e;
        }
    }

    private void read() throws IOException {
        new ProtoInput(message).all(this::readField);
        if (id.length() > LONGEST_ID) {
            throw fault("metadata.prediction_id has " + id.length() + " bytes (expected: at most " + LONGEST_ID + ")");
        }
        id = id.length() > 0 ? id : Slice.of(UUID.randomUUID().toString());
        request.setPredictionId(id);
        request.addTarget(target);
        try (TableReader table = new TableReader(message, TABLE, "prediction_table", memory, request::addRowId)) {
            table.readHead();
            table.refuseColumnRowId();
            request.addTableName(table.name());
            if (kind == PayloadKind.INSTANCES) {
                out.json("{\"instances\":");
                table.writeData(out);
            } else {
                writeAll(table);
            }
        }
        out.put('}');
        if (form.isArrow() && out.length() > payloadLeft) {
            throw memory.tooLong(form.limit());
        }
        if (!hasTable && kind == PayloadKind.TABLE) {
            // The program may make up a table of its own; but of instances it has seen that there are none.
            request.admitAnyRows();
        }
    }

    private void each(int wanted, FieldReader reader) throws IOException {
        new ProtoInput(message).all(only(wanted, reader));
    }

    private void eachOfTransformer(int wanted, FieldReader reader) throws IOException {
        count = 0;
        each(TRANSFORMER, (tag, in) -> in.eachField(only(wanted, reader)));
    }

    private void readField(int tag, ProtoInput in) throws IOException {
        switch (tag) {
            case METADATA -> in.eachField(this::readMetadata);
            case TARGET -> target = in.text();
            case CONTEXT -> {
                variable.readVariable(in);
                request.addContext(variable);
            }
            default -> {
                hasTable |= tag == TABLE;
                in.skip(tag);
            }
        }
    }

    private void readMetadata(int tag, ProtoInput in) throws IOException {
        switch (tag) {
            case RequestMetadata.PREDICTION_ID_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> id = in.text();
            case RequestMetadata.REQUEST_TIMESTAMP_FIELD_NUMBER << 3 | WIRETYPE_LENGTH_DELIMITED -> {
                hasTimestamp = true;
                in.eachField(this::readTimestamp);
            }
            default -> in.skip(tag);
        }
    }

    private void readTimestamp(int tag, ProtoInput in) throws IOException {
        switch (tag) {
            case Timestamp.SECONDS_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> seconds = in.integer();
            case Timestamp.NANOS_FIELD_NUMBER << 3 | WIRETYPE_VARINT -> nanos = in.int32();
            default -> in.skip(tag);
        }
    }

    private void writeAll(TableReader table) throws IOException {
        out.json("{\"prediction_table\":");
        if (hasTable) {
            write(table);
        } else {
            out.json("null");
        }
        out.json(",\"transformer_input\":{\"tables\":[");
        eachOfTransformer(TABLES, this::writeTable);
        out.json("],\"variables\":[");
        eachOfTransformer(VARIABLES, this::writeVariable);
        out.json("]},\"target_name\":").jsonText(target).json(",\"prediction_context\":[");
        count = 0;
        each(CONTEXT, this::writeVariable);
        out.json("],\"metadata\":{\"prediction_id\":").jsonText(id).json(",\"request_timestamp\":");
        out.json(hasTimestamp ? '"' + timestamp() + '"' : "null").put('}');
    }

    private void writeTable(int tag, ProtoInput in) throws IOException {
        Slice bytes = in.slice();
        String called = "transformer_input.tables[" + count + "]";
        out.comma(count++);
        try (TableReader table = new TableReader(bytes, TableReader.NO_WRAPPER, called, memory, rowId -> {})) {
            table.readHead();
            write(table);
        }
    }

    private void write(TableReader table) throws IOException {
        if (form.isArrow()) {
            table.writeAround(request.payloads(), out);
            Body payload = ArrowWriter.write(table, memory, payloadLeft);
            request.addPayload(payload);
            payloadLeft -= payload.length();
        } else {
            table.write(out);
        }
    }

    private void writeVariable(int tag, ProtoInput in) throws IOException {
        variable.readVariable(in);
        variable.writeJsonVariable(out.comma(count++));
    }

    private String timestamp() {
        if (!isTime(seconds) || nanos < 0 || nanos > LAST_NANO) {
            throw fault("metadata.request_timestamp is " + seconds + " s and " + nanos
                    + " ns (expected: a time in the years 1 to 9999, and 0 to 999999999 ns)");
        }
        return Instant.ofEpochSecond(seconds, nanos).toString();
    }

    /** Whether protobuf has this point in time. */
    static boolean isTime(long seconds) {
        return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
    }

    static PredictException fault(String what) {
        return PredictException.of(FailureKind.INVALID_REQUEST, what);
    }
}
