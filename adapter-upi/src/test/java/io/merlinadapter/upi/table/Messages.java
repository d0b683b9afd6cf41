package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.TypeOuterClass;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;

/** Sends messages through a payload and back, and sees to it that everything is given back to the budget. */
final class Messages {
    static final int MAX = 16 << 20;

    private final MemoryBudget budget;
    private final UpiPayload payload;
    private final List<String> foreignRowIds = new ArrayList<>();

    Messages(PayloadKind kind, long memory, int maxRequest, int maxResponse) {
        budget = new MemoryBudget(memory);
        payload = new UpiPayload(kind, "iris", "7", budget, maxRequest, maxResponse, foreignRowIds::add);
    }

    Messages(PayloadKind kind, String modelName, String modelVersion) {
        budget = new MemoryBudget(256L << 20);
        payload = new UpiPayload(kind, modelName, modelVersion, budget, MAX, MAX, foreignRowIds::add);
    }

    static Messages of(PayloadKind kind) {
        return new Messages(kind, 256L << 20, MAX, MAX);
    }

    static Column column(String name, TypeOuterClass.Type type) {
        return Column.newBuilder().setName(name).setType(type).build();
    }

    static Value real(double value) {
        return Value.newBuilder().setDoubleValue(value).build();
    }

    static Value integer(long value) {
        return Value.newBuilder().setIntegerValue(value).build();
    }

    static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    static Value none() {
        return Value.newBuilder().setIsNull(true).build();
    }

    static Row row(String id, Value... values) {
        return Row.newBuilder().setRowId(id).addAllValues(List.of(values)).build();
    }

    /** A request with rows of these ids and one column, for replies to be tried on. */
    static PredictValuesRequest ofRows(String... ids) {
        Table.Builder table = Table.newBuilder().setName("trips").addColumns(column("km", TYPE_DOUBLE));
        for (int i = 0; i < ids.length; i++) {
            table.addRows(row(ids[i], real(i)));
        }
        return PredictValuesRequest.newBuilder().setPredictionTable(table).build();
    }

    /** What the payload told of replies with other rows than their requests. */
    List<String> foreignRowIds() {
        return foreignRowIds;
    }

    MemoryBudget budget() {
        return budget;
    }

    UpiPayload payload() {
        return payload;
    }

    /** Bytes as a front hands them over, somewhere in an array, and paid for. */
    Body body(byte[] bytes) {
        byte[] more = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, more, 3, bytes.length);
        budget.reserve(more.length);
        return new Body(more, 3, bytes.length, budget, more.length);
    }

    Body body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What the body holds, which is released. */
    static byte[] bytes(Body body) {
        byte[] bytes = java.util.Arrays.copyOfRange(body.bytes(), body.offset(), body.offset() + body.length());
        body.release();
        return bytes;
    }

    /** What the program gets of a request. */
    String told(PredictValuesRequest request) {
        return told(request.toByteArray());
    }

    String told(byte[] request) {
        return told(() -> payload.readProto(body(request)));
    }

    String toldJson(String request) {
        return told(() -> payload.readJson(body(request)));
    }

    private String told(Supplier<UpiRequest> reading) {
        try {
            UpiRequest request = reading.get();
            byte[] told = bytes(request.takeBody());
            request.release();
            request.release();
            return checkedLine(told);
        } finally {
            assertThat(budget.used()).isZero();
        }
    }

    /** What a program that takes Arrow gets: the JSON, and each of the streams. */
    List<byte[]> toldArrow(PredictValuesRequest request) {
        List<byte[]> told = new ArrayList<>();
        try {
            UpiRequest read = payload.readProto(body(request.toByteArray()), true);
            Body line = read.takeBody();
            read.release();
            for (Body table : line.attached()) {
                told.add(java.util.Arrays.copyOfRange(table.bytes(), table.offset(), table.offset() + table.length()));
            }
            told.add(0, bytes(line));
            checkedLine(told.get(0));
            return told;
        } finally {
            assertThat(budget.used()).isZero();
        }
    }

    /** The text of what goes to the program as it is: one JSON value on one line, whoever ends lines where. */
    static String checkedLine(byte[] told) {
        String text = new String(told, StandardCharsets.UTF_8);
        Body line = JsonLine.of(new Body(told, 0, told.length, new MemoryBudget(told.length), 0));
        assertThat(new String(line.bytes(), line.offset(), line.length(), StandardCharsets.UTF_8))
                .isEqualTo(text)
                .doesNotContainPattern("[\\x00-\\x1f\\u0085\\u2028\\u2029]");
        return text;
    }

    /** What the caller gets of a reply. It is as long as when protobuf's own classes write it, as proxies do. */
    PredictValuesResponse answered(PredictValuesRequest request, String reply, byte[]... payloads) {
        try {
            byte[] answer = answer(request, reply, payloads);
            PredictValuesResponse response = PredictValuesResponse.parseFrom(answer);
            assertThat(answer).hasSize(response.getSerializedSize());
            return response;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        } finally {
            assertThat(budget.used()).isZero();
        }
    }

    private Body withPayloads(String reply, byte[]... payloads) {
        return body(reply)
                .attach(java.util.Arrays.stream(payloads).map(this::body).toList());
    }

    private byte[] answer(PredictValuesRequest request, String reply, byte[]... payloads) {
        UpiRequest read = payload.readProto(body(request.toByteArray()));
        try {
            return bytes(payload.writeProto(read, withPayloads(reply, payloads), false));
        } finally {
            read.release();
        }
    }

    /** What the caller gets of a reply, in JSON. */
    String answeredJson(PredictValuesRequest request, String reply, byte[]... payloads) {
        UpiRequest read = payload.readProto(body(request.toByteArray()));
        try {
            return new String(bytes(payload.writeJson(read, withPayloads(reply, payloads))), StandardCharsets.UTF_8);
        } finally {
            read.release();
            assertThat(budget.used()).isZero();
        }
    }

    /** Why a request is refused. */
    String refused(PredictValuesRequest request) {
        return failed(FailureKind.INVALID_REQUEST, () -> told(request));
    }

    String refused(byte[] request) {
        return failed(FailureKind.INVALID_REQUEST, () -> told(request));
    }

    /** Why a reply can't be used. */
    String unusable(PredictValuesRequest request, String reply) {
        return failed(FailureKind.BAD_REPLY, () -> answered(request, reply));
    }

    /** The message of a failure of this kind. */
    static String failed(FailureKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PredictException failure = Assertions.catchThrowableOfType(PredictException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).as(failure.reason()).isEqualTo(kind);
        return failure.reason();
    }
}
