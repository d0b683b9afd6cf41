package io.merlinadapter.upi.table;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.merlinadapter.memory.Body;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that send back what they got, with random requests; what protobuf's own classes make of them is the measure. */
class RoundTripTest {
    private static final int REQUESTS = 500;

    private final Messages table = Messages.of(PayloadKind.TABLE);
    private final Messages instances = Messages.of(PayloadKind.INSTANCES);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void tableComesBackAsItWas(long seed) {
        RandomMessages random = new RandomMessages(seed);
        for (int i = 0; i < REQUESTS; i++) {
            PredictValuesRequest request = random.request();
            if (!request.hasPredictionTable()) {
                continue;
            }
            String echo = table.told(request).replaceFirst("prediction_table", "prediction_result_table");
            PredictValuesResponse response = table.answered(request, echo);
            assertThat(response.getPredictionResultTable()).isEqualTo(named(request.getPredictionTable()));
            assertThat(response.getPredictionContextList()).isEqualTo(request.getPredictionContextList());
            assertThat(response.getTargetName()).isEqualTo(request.getTargetName());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void valuesOfInstancesComeBackAsTheyWere(long seed) {
        RandomMessages random = new RandomMessages(seed);
        for (int i = 0; i < REQUESTS; i++) {
            PredictValuesRequest request = random.request();
            String echo = instances.told(request).replaceFirst("instances", "predictions");
            PredictValuesResponse response = instances.answered(request, echo);
            Table asked = request.getPredictionTable();
            Table result = response.getPredictionResultTable();
            assertThat(result.getRowsCount()).isEqualTo(asked.getRowsCount());
            for (int r = 0; r < asked.getRowsCount(); r++) {
                assertThat(result.getRows(r)).isEqualTo(asFloats(asked, asked.getRows(r)));
            }
            assertThat(response.getPredictionContextList()).isEqualTo(request.getPredictionContextList());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void jsonSaysTheSameAsProtobuf(long seed) throws InvalidProtocolBufferException {
        RandomMessages random = new RandomMessages(seed);
        for (int i = 0; i < REQUESTS; i++) {
            PredictValuesRequest request = random.request();
            String json = i % 2 == 0
                    ? JsonFormat.printer().print(request)
                    : JsonFormat.printer()
                            .preservingProtoFieldNames()
                            .alwaysPrintFieldsWithNoPresence()
                            .print(request);
            if (!request.getMetadata().getPredictionId().isEmpty()) {
                assertThat(table.toldJson(json)).isEqualTo(table.told(request));
            }
            assertThat(instances.toldJson(json)).isEqualTo(instances.told(request));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 9})
    void jsonOfAResponseIsWhatProtobufReadsAndWrites(long seed) throws InvalidProtocolBufferException {
        RandomMessages random = new RandomMessages(seed);
        for (int i = 0; i < REQUESTS; i++) {
            PredictValuesRequest request = random.request();
            UpiRequest read = table.payload().readProto(table.body(request.toByteArray()));
            String echo = new String(Messages.bytes(read.takeBody()), java.nio.charset.StandardCharsets.UTF_8)
                    .replaceFirst(
                            "prediction_table\":null",
                            "x\":null,\"prediction_result_table\":{\"columns\":[],\"data\":[]}")
                    .replaceFirst("prediction_table", "prediction_result_table");
            Body proto = table.payload().writeProto(read, table.body(echo), false);
            Body json = table.payload().writeJson(read, table.body(echo));
            read.release();
            PredictValuesResponse response = PredictValuesResponse.parseFrom(Messages.bytes(proto));
            String text = new String(Messages.bytes(json), java.nio.charset.StandardCharsets.UTF_8);
            PredictValuesResponse.Builder parsed = PredictValuesResponse.newBuilder();
            JsonFormat.parser().merge(text, parsed);
            assertThat(parsed.build()).isEqualTo(throughJson(response));
            assertThat(table.budget().used()).isZero();
        }
    }

    /** Protobuf's own reader of JSON takes -0.0 for 0. */
    private static PredictValuesResponse throughJson(PredictValuesResponse response)
            throws InvalidProtocolBufferException {
        PredictValuesResponse.Builder parsed = PredictValuesResponse.newBuilder();
        JsonFormat.parser().merge(JsonFormat.printer().print(response), parsed);
        return parsed.build();
    }

    private static Table named(Table table) {
        return table.getName().isEmpty()
                ? table.toBuilder().setName("prediction_result").build()
                : table;
    }

    /** Types are unknown to the program, so all numbers come back as floats. */
    private static Row asFloats(Table table, Row row) {
        Row.Builder floats = row.toBuilder();
        for (int i = 0; i < row.getValuesCount(); i++) {
            if (table.getColumns(i).getType() == caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER
                    && !row.getValues(i).getIsNull()) {
                floats.setValues(i, Messages.real((double) row.getValues(i).getIntegerValue()));
            }
        }
        return floats.build();
    }
}
