package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_UNSPECIFIED;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.integer;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.Upi.TransformerInput;
import caraml.upi.v1.VariableOuterClass.Variable;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TableRequestTest {
    private static final RequestMetadata KNOWN =
            RequestMetadata.newBuilder().setPredictionId("p1").build();
    private static final String REST = ",\"transformer_input\":{\"tables\":[],\"variables\":[]},\"target_name\":\"\","
            + "\"prediction_context\":[],\"metadata\":{\"prediction_id\":\"p1\",\"request_timestamp\":null}}";

    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private String table(Table.Builder table) {
        String told = messages.told(PredictValuesRequest.newBuilder()
                .setPredictionTable(table)
                .setMetadata(KNOWN)
                .build());
        assertThat(told).startsWith("{\"prediction_table\":").endsWith(REST);
        return told.substring("{\"prediction_table\":".length(), told.length() - REST.length());
    }

    @Test
    void everyPartOfARequestReachesTheProgram() {
        PredictValuesRequest request = PredictValuesRequest.newBuilder()
                .setTransformerInput(TransformerInput.newBuilder()
                        .addTables(Table.newBuilder().setName("zones").addColumns(column("z", TYPE_STRING)))
                        .addVariables(Variable.newBuilder()
                                .setName("n")
                                .setType(TYPE_INTEGER)
                                .setIntegerValue(-3)))
                .setTargetName("species")
                .addPredictionContext(
                        Variable.newBuilder().setName("x").setType(TYPE_DOUBLE).setDoubleValue(0.5))
                .addPredictionContext(
                        Variable.newBuilder().setName("y").setType(TYPE_STRING).setStringValue("ü"))
                .addPredictionContext(Variable.newBuilder().setName("untyped").setStringValue("lost"))
                .setMetadata(RequestMetadata.newBuilder()
                        .setPredictionId("p2")
                        .setRequestTimestamp(
                                Timestamp.newBuilder().setSeconds(1).setNanos(500_000_000)))
                .build();
        assertThat(messages.told(request))
                .isEqualTo(
                        "{\"prediction_table\":null,\"transformer_input\":{\"tables\":[{\"name\":\"zones\","
                                + "\"columns\":[\"z\"],\"column_types\":[\"STRING\"],\"row_ids\":[],\"data\":[]}],"
                                + "\"variables\":[{\"name\":\"n\",\"type\":\"INTEGER\",\"value\":-3}]},"
                                + "\"target_name\":\"species\",\"prediction_context\":["
                                + "{\"name\":\"x\",\"type\":\"FLOAT\",\"value\":0.5},"
                                + "{\"name\":\"y\",\"type\":\"STRING\",\"value\":\"ü\"},"
                                + "{\"name\":\"untyped\",\"type\":null,\"value\":null}],"
                                + "\"metadata\":{\"prediction_id\":\"p2\",\"request_timestamp\":\"1970-01-01T00:00:01.500Z\"}}");
    }

    @Test
    void cellsHaveTheTypeOfTheirColumn() {
        assertThat(table(Table.newBuilder()
                        .setName("t")
                        .addColumns(column("a", TYPE_DOUBLE))
                        .addColumns(column("b", TYPE_INTEGER))
                        .addColumns(column("c", TYPE_STRING))
                        .addColumns(column("d", TYPE_UNSPECIFIED))
                        .addRows(row("1", real(3), integer(Long.MAX_VALUE), text("x"), none()))
                        .addRows(row("2", none(), none(), none(), none()))))
                .isEqualTo("{\"name\":\"t\",\"columns\":[\"a\",\"b\",\"c\",\"d\"],"
                        + "\"column_types\":[\"FLOAT\",\"INTEGER\",\"STRING\",null],\"row_ids\":[\"1\",\"2\"],"
                        + "\"data\":[[3.0,9223372036854775807,\"x\",null],[null,null,null,null]]}");
    }

    @Test
    void valueInTheFieldOfAnotherTypeReadsAsZeroOrEmpty() {
        assertThat(table(Table.newBuilder()
                        .addColumns(column("a", TYPE_DOUBLE))
                        .addColumns(column("b", TYPE_INTEGER))
                        .addColumns(column("c", TYPE_STRING))
                        .addRows(row("1", integer(1), text("1"), real(1)))))
                .endsWith("\"data\":[[0.0,0,\"\"]]}");
    }

    @Test
    void nullWinsOverAValue() {
        Value both = Value.newBuilder().setIsNull(true).setDoubleValue(4).build();
        assertThat(table(Table.newBuilder().addColumns(column("a", TYPE_DOUBLE)).addRows(row("1", both))))
                .endsWith("\"data\":[[null]]}");
    }

    @Test
    void numbersThatJsonHasNotTravelAsTexts() {
        assertThat(table(Table.newBuilder()
                        .addColumns(column("a", TYPE_DOUBLE))
                        .addRows(row("1", real(Double.NaN)))
                        .addRows(row("2", real(Double.POSITIVE_INFINITY)))
                        .addRows(row("3", real(Double.NEGATIVE_INFINITY)))
                        .addRows(row("4", real(-0.0)))
                        .addRows(row("5", real(Double.MIN_VALUE)))))
                .endsWith("\"data\":[[\"NaN\"],[\"Infinity\"],[\"-Infinity\"],[-0.0],[4.9E-324]]}");
    }

    @Test
    void whatEndsALineOrATextIsEscaped() {
        assertThat(table(Table.newBuilder()
                        .addColumns(column("a", TYPE_STRING))
                        .addRows(row("1", text("\n\r\t\0\"\\\u0085\u2028\u2029\u00e9\u2030\ud83d\ude00")))))
                .endsWith("[[\"\\n\\r\\t\\u0000\\\"\\\\\\u0085\\u2028\\u2029\u00e9\u2030\ud83d\ude00\"]]}");
    }

    @Test
    void rowsWithoutIdsAndWithTheSameIdsPass() {
        assertThat(table(Table.newBuilder()
                        .addColumns(column("a", TYPE_DOUBLE))
                        .addRows(row("", real(1)))
                        .addRows(row("x", real(2)))
                        .addRows(row("x", real(3)))))
                .contains("\"row_ids\":[\"\",\"x\",\"x\"]");
    }

    @Test
    void tablesMayBeEmpty() {
        assertThat(table(Table.newBuilder()))
                .isEqualTo("{\"name\":\"\",\"columns\":[],\"column_types\":[],\"row_ids\":[],\"data\":[]}");
        assertThat(table(Table.newBuilder().addRows(row("1")))).endsWith("\"row_ids\":[\"1\"],\"data\":[[]]}");
        assertThat(table(Table.newBuilder().addColumns(column("a", TYPE_DOUBLE))))
                .endsWith("\"data\":[]}");
    }

    @Test
    void predictionIdIsMadeUpWhereThereIsNone() {
        assertThat(messages.told(new byte[0]))
                .matches(".*\"metadata\":\\{\"prediction_id\":\"[0-9a-f-]{36}\",\"request_timestamp\":null}}");
    }

    @Test
    void fieldsComeInAnyOrderAndPiecesOfAMessageAddUp() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PredictValuesRequest.newBuilder()
                .setPredictionTable(Table.newBuilder().setName("old").addRows(row("1", integer(5), text("a"))))
                .setUnknownFields(unknown())
                .build()
                .writeTo(bytes);
        PredictValuesRequest.newBuilder()
                .setPredictionTable(Table.newBuilder()
                        .setName("new")
                        .addColumns(column("a", TYPE_INTEGER))
                        .setUnknownFields(unknown()))
                .setMetadata(KNOWN)
                .build()
                .writeTo(bytes);
        PredictValuesRequest.newBuilder()
                .setPredictionTable(Table.newBuilder().addColumns(column("b", TYPE_STRING)))
                .build()
                .writeTo(bytes);
        assertThat(messages.told(bytes.toByteArray()))
                .isEqualTo("{\"prediction_table\":{\"name\":\"new\",\"columns\":[\"a\",\"b\"],\"column_types\":"
                        + "[\"INTEGER\",\"STRING\"],\"row_ids\":[\"1\"],\"data\":[[5,\"a\"]]}" + REST);
    }

    private static UnknownFieldSet unknown() {
        UnknownFieldSet.Field group = UnknownFieldSet.Field.newBuilder()
                .addGroup(UnknownFieldSet.getDefaultInstance())
                .addFixed32(7)
                .addVarint(8)
                .build();
        return UnknownFieldSet.newBuilder().addField(77, group).build();
    }
}
