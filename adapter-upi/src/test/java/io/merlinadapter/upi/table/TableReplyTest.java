package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_INTEGER;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.integer;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.ofRows;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.ModelMetadata;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.VariableOuterClass.Variable;
import org.junit.jupiter.api.Test;

class TableReplyTest {
    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private static String table(String members) {
        return "{\"prediction_result_table\":{" + members + "}}";
    }

    private Table result(PredictValuesRequest request, String members) {
        return messages.answered(request, table(members)).getPredictionResultTable();
    }

    @Test
    void whatTheReplyLeavesOutComesFromTheRequest() {
        Variable variable = Variable.newBuilder()
                .setName("country")
                .setType(TYPE_STRING)
                .setStringValue("ID")
                .build();
        PredictValuesRequest request = ofRows("a", "b").toBuilder()
                .setTargetName("price")
                .addPredictionContext(variable)
                .addPredictionContext(Variable.getDefaultInstance())
                .setMetadata(RequestMetadata.newBuilder().setPredictionId("p1"))
                .build();
        PredictValuesResponse response = messages.answered(request, table("\"data\":[[1],[2.5]],\"columns\":[\"y\"]"));
        assertThat(response.getPredictionResultTable())
                .isEqualTo(Table.newBuilder()
                        .setName("trips")
                        .addColumns(column("y", TYPE_DOUBLE))
                        .addRows(row("a", real(1)))
                        .addRows(row("b", real(2.5)))
                        .build());
        assertThat(response.getTargetName()).isEqualTo("price");
        assertThat(response.getPredictionContextList()).containsExactly(variable, Variable.getDefaultInstance());
        assertThat(response.getMetadata().getPredictionId()).isEqualTo("p1");
        assertThat(response.getMetadata().getModelsList())
                .containsExactly(ModelMetadata.newBuilder()
                        .setName("iris")
                        .setVersion("7")
                        .build());
    }

    @Test
    void whatTheReplySaysGoesBeforeTheRequest() {
        PredictValuesRequest request = ofRows("a").toBuilder()
                .setTargetName("price")
                .addPredictionContext(Variable.getDefaultInstance())
                .build();
        PredictValuesResponse response = messages.answered(
                request,
                "{\"target_name\":\"fare\",\"new\":[{}],\"prediction_context\":[{\"name\":\"n\",\"type\":\"INTEGER\","
                        + "\"value\":7},{\"name\":\"x\",\"value\":1},{\"name\":\"s\",\"value\":\"t\"},{}],"
                        + "\"metadata\":{\"models\":[{\"name\":\"m\",\"version\":\"2\"},{}]},"
                        + "\"prediction_result_table\":{\"name\":\"res\",\"columns\":[],\"data\":[[]]}}");
        assertThat(response.getPredictionResultTable().getName()).isEqualTo("res");
        assertThat(response.getTargetName()).isEqualTo("fare");
        assertThat(response.getPredictionContextList())
                .containsExactly(
                        Variable.newBuilder()
                                .setName("n")
                                .setType(TYPE_INTEGER)
                                .setIntegerValue(7)
                                .build(),
                        Variable.newBuilder()
                                .setName("x")
                                .setType(TYPE_DOUBLE)
                                .setDoubleValue(1)
                                .build(),
                        Variable.newBuilder()
                                .setName("s")
                                .setType(TYPE_STRING)
                                .setStringValue("t")
                                .build(),
                        Variable.getDefaultInstance());
        assertThat(response.getMetadata().getModelsList())
                .containsExactly(
                        ModelMetadata.newBuilder().setName("m").setVersion("2").build(),
                        ModelMetadata.getDefaultInstance());
        assertThat(response.getMetadata().getPredictionId()).hasSize(36);
    }

    @Test
    void resultIsNamedEvenIfNobodyNamedAnything() {
        PredictValuesRequest request = PredictValuesRequest.getDefaultInstance();
        assertThat(result(request, "\"name\":\"\",\"columns\":[],\"data\":[]").getName())
                .isEqualTo("prediction_result");
    }

    @Test
    void withoutTypesNumbersAreFloatsAndTextsAreStrings() {
        assertThat(result(
                        ofRows("a", "b"),
                        "\"columns\":[\"n\",\"t\",\"e\"],\"data\":[[null,\"NaN\",null],[3,\"\",null]]"))
                .isEqualTo(Table.newBuilder()
                        .setName("trips")
                        .addColumns(column("n", TYPE_DOUBLE))
                        .addColumns(column("t", TYPE_STRING))
                        .addColumns(column("e", TYPE_DOUBLE))
                        .addRows(row("a", none(), text("NaN"), none()))
                        .addRows(row("b", real(3), text(""), none()))
                        .build());
    }

    @Test
    void withTypesEveryBitIsKept() {
        Row cells = result(
                        ofRows("a"),
                        "\"column_types\":[\"INTEGER\",\"INTEGER\",\"INTEGER\",\"FLOAT\",\"FLOAT\",\"FLOAT\",\"FLOAT\",null],"
                                + "\"columns\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\"],\"data\":[["
                                + "9223372036854775807,-9223372036854775808,3.0e2,\"NaN\",\"-Infinity\","
                                + "0.1,-0.0,1]]")
                .getRows(0);
        assertThat(cells.getValuesList())
                .containsExactly(
                        integer(Long.MAX_VALUE),
                        integer(Long.MIN_VALUE),
                        integer(300),
                        real(Double.NaN),
                        real(Double.NEGATIVE_INFINITY),
                        real(0.1),
                        real(-0.0),
                        real(1));
    }

    @Test
    void rowIdsMayComeInAnotherOrder() {
        Table table = result(
                ofRows("a", "b", "a"),
                "\"columns\":[\"y\"],\"row_ids\":[\"b\",\"\\u0061\",\"a\"],\"data\":[[1],[2],[3]]");
        assertThat(table.getRowsList()).containsExactly(row("b", real(1)), row("a", real(2)), row("a", real(3)));
    }

    @Test
    void rowIdsThatTheCallerLeftOutOrRepeatedComeBack() {
        Table table = result(ofRows("", "x", "x"), "\"columns\":[\"y\"],\"data\":[[1],[2],[3]]");
        assertThat(table.getRowsList()).containsExactly(row("", real(1)), row("x", real(2)), row("x", real(3)));
    }

    @Test
    void withoutATableInTheRequestRowsAreCountedOrNamedByTheProgram() {
        PredictValuesRequest none = PredictValuesRequest.getDefaultInstance();
        assertThat(result(none, "\"columns\":[\"y\"],\"data\":[[1],[2]]").getRowsList())
                .containsExactly(row("0", real(1)), row("1", real(2)));
        assertThat(result(none, "\"columns\":[\"y\"],\"row_ids\":[\"q\"],\"data\":[[1]]")
                        .getRowsList())
                .containsExactly(row("q", real(1)));
    }

    @Test
    void escapesInTextsAndNamesAreRead() {
        Table table = result(
                ofRows("a"),
                "\"c\\u006flumns\":[\"\\u00e9\\ud83d\\ude00\\u20ac\"],\"data\":[[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]]");
        assertThat(table.getColumns(0).getName()).isEqualTo("é😀€");
        assertThat(table.getRows(0).getValues(0)).isEqualTo(text("\"\\/\b\f\n\r\t"));
    }

    @Test
    void lastOfTwoMembersCounts() {
        assertThat(result(ofRows("a"), "\"columns\":[\"x\"],\"columns\":[\"y\"],\"data\":[],\"data\":[[1]]")
                        .getRowsList())
                .containsExactly(row("a", real(1)));
    }

    @Test
    void rowsThatTheRequestDoesNotHavePassAndAreTold() {
        Table table = result(
                ofRows("0000", "1111"), "\"columns\":[\"y\"],\"row_ids\":[\"0\",\"\\u0031\"],\"data\":[[1],[2]]");
        assertThat(table.getRowsList()).containsExactly(row("0", real(1)), row("1", real(2)));
        assertThat(messages.foreignRowIds()).containsExactly("\"0\" where the request has \"0000\"");
        result(ofRows("a", "b"), "\"columns\":[\"y\"],\"row_ids\":[\"a\",\"a\"],\"data\":[[1],[2]]");
        assertThat(messages.foreignRowIds()).hasSize(2).last().isEqualTo("\"a\" where the request has \"b\"");
    }

    @Test
    void anotherOrderOfTheRequestsRowsIsNothingToTell() {
        result(ofRows("a", "b", "c"), "\"columns\":[\"y\"],\"row_ids\":[\"c\",\"a\",\"b\"],\"data\":[[1],[2],[3]]");
        result(PredictValuesRequest.getDefaultInstance(), "\"columns\":[\"y\"],\"row_ids\":[\"q\"],\"data\":[[1]]");
        assertThat(messages.foreignRowIds()).isEmpty();
    }

    @Test
    void membersMayComeBehindTheRowsThatTheyAreFor() {
        String members = "\"data\":[[\"NaN\"],[1]],\"columns\":[\"y\"],\"data\":[[\"NaN\"],[2]],"
                + "\"column_types\":[\"FLOAT\"],\"name\":\"late\",\"row_ids\":[\"b\",\"a\"]";
        assertThat(result(ofRows("a", "b"), members))
                .isEqualTo(Table.newBuilder()
                        .setName("late")
                        .addColumns(column("y", TYPE_DOUBLE))
                        .addRows(row("b", real(Double.NaN)))
                        .addRows(row("a", real(2)))
                        .build());
    }

    @Test
    void fieldsAtTheirDefaultAreNotWritten() {
        PredictValuesRequest request = PredictValuesRequest.newBuilder()
                .setMetadata(RequestMetadata.newBuilder().setPredictionId("p"))
                .build();
        int[] sizes = new int[2];
        for (int i = 0; i < 2; i++) {
            String empty =
                    i == 0 ? "" : ",\"target_name\":\"\",\"prediction_context\":[],\"metadata\":{\"models\":null}";
            sizes[i] = messages.answered(
                            request,
                            "{\"prediction_result_table\":{\"columns\":[\"\"],\"row_ids\":[\"\"],\"data\":[[0]]}"
                                    + empty + "}")
                    .getSerializedSize();
        }
        assertThat(sizes[0]).isEqualTo(sizes[1]);
    }
}
