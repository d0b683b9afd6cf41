package io.merlinadapter.upi.payload;

import io.merlinadapter.memory.Body;
import io.merlinadapter.upi.payload.UpiRequest.Kept;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A PredictValuesRequest, turned into what the program gets. For one request, on one thread. */
final class RequestTranslation {
    private static final int LONGEST_ID = 1 << 16;

    private final byte[] bytes;
    private final PayloadKind kind;
    private final Purse scratch;
    private final Purse kept;
    private final PaidBytes out;
    private final VariableScan variable;
    private final Ranges table;
    private final Ranges transformer;
    private final Ranges metadata;
    private final Ranges timestamp;
    private final Texts words;
    private final Texts rowIds;
    private int targetFrom;
    private int targetTo;
    private int idFrom;
    private int idTo;
    private int count;
    private long seconds;
    private int nanos;

    /**
     * @param scratch pays for what is needed meanwhile, and for the body
     * @param kept pays for what the response needs
     */
    RequestTranslation(PayloadKind kind, Body message, int limit, Purse scratch, Purse kept) {
        this.kind = kind;
        this.bytes = message.bytes();
        this.scratch = scratch;
        this.kept = kept;
        this.out = new PaidBytes(scratch, limit, (int) Math.min(limit, 2L * message.length()));
        this.variable = new VariableScan(bytes);
        this.table = new Ranges(scratch);
        this.transformer = new Ranges(scratch);
        this.metadata = new Ranges(scratch);
        this.timestamp = new Ranges(scratch);
        this.words = new Texts(kept);
        this.rowIds = new Texts(kept);
    }

    UpiRequest translate(int from, int to) throws IOException {
        Ranges message = new Ranges(scratch, from, to);
        message.eachField(bytes, this::readField);
        words.close();
        words.add(bytes, targetFrom, targetTo);
        metadata.eachField(bytes, this::readMetadata);
        timestamp.eachField(bytes, this::readTimestamp);
        String id = predictionId();
        TableScan predictions = new TableScan(bytes, table, "prediction_table", scratch);
        predictions.refuseColumnRowId();
        predictions.keep(words, rowIds);
        if (kind == PayloadKind.INSTANCES) {
            out.ascii("{\"instances\":");
            predictions.writeData(out);
        } else {
            writeAll(message, predictions, id);
        }
        out.put('}');
        // Without a table of predictions the program may make up its own, but of instances it has seen that there are
        // none.
        boolean any = table.isEmpty() && kind == PayloadKind.TABLE;
        int rows = any ? UpiRequest.ANY_NUMBER : rowIds.count();
        return new UpiRequest(out.take(), new Kept(id, rowIds, rows, words), kept);
    }

    private void readField(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.REQUEST_TABLE) {
            addTo(table, in);
        } else if (tag == Tags.REQUEST_TRANSFORMER) {
            addTo(transformer, in);
        } else if (tag == Tags.REQUEST_METADATA) {
            addTo(metadata, in);
        } else if (tag == Tags.REQUEST_TARGET) {
            in.text();
            targetFrom = in.from();
            targetTo = in.to();
        } else if (tag == Tags.REQUEST_CONTEXT) {
            int from = in.at();
            variable.read(in);
            words.open().varint(Tags.RESPONSE_CONTEXT);
            words.open().put(bytes, from, in.at());
        } else {
            in.skip(tag);
        }
    }

    private static void addTo(Ranges ranges, ProtoCursor in) throws IOException {
        in.range();
        ranges.add(in.from(), in.to());
    }

    private void readMetadata(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.REQUEST_PREDICTION_ID) {
            in.text();
            idFrom = in.from();
            idTo = in.to();
        } else if (tag == Tags.REQUEST_TIMESTAMP) {
            addTo(timestamp, in);
        } else {
            in.skip(tag);
        }
    }

    private void readTimestamp(int tag, ProtoCursor in) throws IOException {
        if (tag == Tags.SECONDS) {
            seconds = in.integer();
        } else if (tag == Tags.NANOS) {
            nanos = in.enumeration();
        } else {
            in.skip(tag);
        }
    }

    private String predictionId() {
        if (idTo - idFrom > LONGEST_ID) {
            throw Way.IN.fault(
                    "metadata.prediction_id has " + (idTo - idFrom) + " bytes (expected: at most " + LONGEST_ID + ")");
        }
        kept.pay(2L * (idTo - idFrom));
        return idFrom == idTo
                ? UUID.randomUUID().toString()
                : new String(bytes, idFrom, idTo - idFrom, StandardCharsets.UTF_8);
    }

    private void writeAll(Ranges message, TableScan predictions, String id) throws IOException {
        out.ascii("{\"prediction_table\":");
        if (table.isEmpty()) {
            out.ascii("null");
        } else {
            predictions.write(out);
        }
        out.ascii(",\"transformer_input\":{\"tables\":[");
        writeTables();
        out.ascii("],\"variables\":[");
        writeVariables(transformer, Tags.TRANSFORMER_VARIABLE);
        out.ascii("]},\"target_name\":");
        out.quoted(bytes, targetFrom, targetTo);
        out.ascii(",\"prediction_context\":[");
        writeVariables(message, Tags.REQUEST_CONTEXT);
        out.ascii("],\"metadata\":{\"prediction_id\":");
        out.quoted(id);
        out.ascii(",\"request_timestamp\":");
        writeTimestamp();
        out.put('}');
    }

    private void writeTables() throws IOException {
        count = 0;
        transformer.eachField(bytes, (tag, in) -> {
            if (tag != Tags.TRANSFORMER_TABLE) {
                in.skip(tag);
                return;
            }
            in.range();
            comma();
            String called = "transformer_input.tables[" + (count - 1) + "]";
            try (Purse own = scratch.another()) {
                new TableScan(bytes, new Ranges(own, in.from(), in.to()), called, own).write(out);
            }
        });
    }

    private void writeVariables(Ranges where, int field) throws IOException {
        count = 0;
        where.eachField(bytes, (tag, in) -> {
            if (tag != field) {
                in.skip(tag);
                return;
            }
            variable.read(in);
            comma();
            variable.write(out);
        });
    }

    private void comma() {
        if (count++ > 0) {
            out.put(',');
        }
    }

    private void writeTimestamp() {
        if (timestamp.isEmpty()) {
            out.ascii("null");
            return;
        }
        String text = Instants.text(seconds, nanos);
        if (text == null) {
            throw Way.IN.fault("metadata.request_timestamp is " + seconds + " s and " + nanos
                    + " ns (expected: a time in the years 1 to 9999, and 0 to 999999999 ns)");
        }
        out.quoted(text);
    }
}
