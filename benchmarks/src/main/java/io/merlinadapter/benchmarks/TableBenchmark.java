package io.merlinadapter.benchmarks;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.TypeOuterClass;
import caraml.upi.v1.Upi.PredictValuesRequest;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.upi.table.UpiRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A table of doubles from protobuf to the program's JSON or Arrow, and back. */
@State(Scope.Thread)
public class TableBenchmark {
    private static final int LARGEST = 256 << 20;
    private static final byte[] ARROW_ANSWER =
            "{\"prediction_result_table\":{\"arrow\":0}}".getBytes(StandardCharsets.UTF_8);

    @Param({"1x10", "100x100", "1000x500"})
    String shape = "1x10";

    private final MemoryBudget budget = new MemoryBudget(1L << 30);
    private final UpiPayload payload =
            new UpiPayload(PayloadKind.TABLE, "model", "1", budget, LARGEST, LARGEST, other -> {});
    private byte[] message = {};
    private byte[] answer = {};
    private byte[] arrow = {};
    private @Nullable UpiRequest asked;

    /** Makes the message, and the answer of a program that sends the table back. */
    @Setup
    public void prepare() {
        int by = shape.indexOf('x');
        int rows = Integer.parseInt(shape.substring(0, by));
        int columns = Integer.parseInt(shape.substring(by + 1));
        Random random = new Random(17);
        Table.Builder table = Table.newBuilder().setName("features");
        StringBuilder names = new StringBuilder();
        StringBuilder data = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            table.addColumns(Column.newBuilder().setName("c" + i).setType(TypeOuterClass.Type.TYPE_DOUBLE));
            names.append(i == 0 ? "" : ",").append("\"c").append(i).append('"');
        }
        for (int i = 0; i < rows; i++) {
            Row.Builder row = Row.newBuilder().setRowId("r" + i);
            data.append(i == 0 ? "[" : ",[");
            for (int j = 0; j < columns; j++) {
                double number = Samples.number(random);
                row.addValues(Value.newBuilder().setDoubleValue(number));
                data.append(j == 0 ? "" : ",").append(number);
            }
            table.addRows(row);
            data.append(']');
        }
        message = PredictValuesRequest.newBuilder()
                .setPredictionTable(table)
                .build()
                .toByteArray();
        answer = ("{\"prediction_result_table\":{\"columns\":[" + names + "],\"data\":[" + data + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        asked = payload.readProto(Samples.paid(message, budget));
        asked.takeBody().release();
        UpiRequest request = payload.readProto(Samples.paid(message, budget), true);
        Body line = request.takeBody();
        Body stream = line.attached().get(0);
        arrow = Arrays.copyOfRange(stream.bytes(), stream.offset(), stream.offset() + stream.length());
        line.release();
        request.release();
    }

    /** From the caller's message to the program's line. */
    @Benchmark
    public int toJson() {
        UpiRequest request = payload.readProto(Samples.paid(message, budget));
        request.release();
        return request.predictionId().length();
    }

    /** From the caller's message to the program's line and the Arrow behind it. */
    @Benchmark
    public int toArrow() {
        UpiRequest request = payload.readProto(Samples.paid(message, budget), true);
        request.release();
        return request.predictionId().length();
    }

    /** From the program's Arrow to the caller's message. */
    @Benchmark
    public int fromArrow() {
        Body reply = Samples.paid(ARROW_ANSWER, budget).attach(List.of(Samples.paid(arrow, budget)));
        var response = payload.writeProto(Objects.requireNonNull(asked), reply, true);
        int length = response.length();
        response.release();
        return length;
    }

    /** From the program's answer to the caller's message. */
    @Benchmark
    public int toProtobuf() {
        var response = payload.writeProto(Objects.requireNonNull(asked), Samples.paid(answer, budget), true);
        int length = response.length();
        response.release();
        return length;
    }
}
