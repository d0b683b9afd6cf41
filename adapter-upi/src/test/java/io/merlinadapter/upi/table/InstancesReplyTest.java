package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static io.merlinadapter.upi.table.Messages.column;
import static io.merlinadapter.upi.table.Messages.none;
import static io.merlinadapter.upi.table.Messages.ofRows;
import static io.merlinadapter.upi.table.Messages.real;
import static io.merlinadapter.upi.table.Messages.row;
import static io.merlinadapter.upi.table.Messages.text;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InstancesReplyTest {
    private final Messages messages = Messages.of(PayloadKind.INSTANCES);

    private Table result(String predictions, String... ids) {
        return messages.answered(ofRows(ids), "{\"predictions\":" + predictions + "}")
                .getPredictionResultTable();
    }

    private String unusable(String predictions, String... ids) {
        return messages.unusable(ofRows(ids), "{\"predictions\":" + predictions + "}");
    }

    private static Table.Builder trips() {
        return Table.newBuilder().setName("trips");
    }

    @Test
    void singleValuesAreTheColumnPrediction() {
        assertThat(result("[1,null,2.5]", "a", "b", "c"))
                .isEqualTo(trips().addColumns(column("prediction", TYPE_DOUBLE))
                        .addRows(row("a", real(1)))
                        .addRows(row("b", none()))
                        .addRows(row("c", real(2.5)))
                        .build());
        assertThat(result("[\"x\"]", "a").getColumnsList()).containsExactly(column("prediction", TYPE_STRING));
    }

    @Test
    void listsAreNumberedColumns() {
        assertThat(result("[null,[1,\"x\"],[null,\"y\"]]", "a", "b", "c"))
                .isEqualTo(trips().addColumns(column("prediction_0", TYPE_DOUBLE))
                        .addColumns(column("prediction_1", TYPE_STRING))
                        .addRows(row("a", none(), none()))
                        .addRows(row("b", real(1), text("x")))
                        .addRows(row("c", none(), text("y")))
                        .build());
    }

    @Test
    void objectsAreColumnsByTheirKeys() {
        assertThat(result("[{\"y\":1,\"why\":\"x\"},{\"wh\\u0079\":null,\"y\":2},{},null]", "a", "b", "c", "d"))
                .isEqualTo(trips().addColumns(column("y", TYPE_DOUBLE))
                        .addColumns(column("why", TYPE_STRING))
                        .addRows(row("a", real(1), text("x")))
                        .addRows(row("b", real(2), none()))
                        .addRows(row("c", none(), none()))
                        .addRows(row("d", none(), none()))
                        .build());
    }

    @Test
    void nothingButNullsAreNumbersThatAreMissing() {
        assertThat(result("[null]", "a").getColumnsList()).containsExactly(column("prediction", TYPE_DOUBLE));
        assertThat(result("[]").getColumnsList()).containsExactly(column("prediction", TYPE_DOUBLE));
    }

    @Test
    void predictionsAreAsManyAsRows() {
        assertThat(unusable("[1]", "a", "b"))
                .isEqualTo("the program's reply: it has 1 predictions (expected: 2, one for each row of the request)");
        assertThat(messages.unusable(PredictValuesRequest.getDefaultInstance(), "{\"predictions\":[1]}"))
                .contains("it has 1 predictions (expected: 0");
    }

    @Test
    void predictionsOfOneReplyAreAlike() {
        assertThat(unusable("[1,[2]]", "a", "b")).contains("predictions[1] is a list (expected: a number or text");
        assertThat(unusable("[[1],2]", "a", "b")).contains("predictions[1] is 2 (expected: a list");
        assertThat(unusable("[{},2]", "a", "b")).contains("predictions[1] is 2 (expected: an object");
        assertThat(unusable("[[1],[1,2]]", "a", "b")).contains("predictions[1] has 2 values (expected: 1");
        assertThat(unusable("[{\"y\":1},{\"z\":1}]", "a", "b")).contains("predictions[1] has the key \"z\"");
        assertThat(unusable("[{\"y\":1,\"y\":1}]", "a")).contains("the key \"y\" comes twice");
    }

    @Test
    void valuesOfNoTypeAreNamed() {
        assertThat(unusable("[true]", "a")).contains("predictions[0], column \"prediction\" is true");
        assertThat(unusable("[{\"y\":{}}]", "a")).contains("predictions[0], column \"y\" is an object");
        assertThat(unusable("[[1],[[]]]", "a", "b")).contains("predictions[1], column \"prediction_0\" is a list");
        assertThat(unusable("[{\"row_id\":1}]", "a")).contains("a column is called \"row_id\"");
    }

    @Test
    void otherRepliesAreNamed() {
        assertThat(messages.unusable(ofRows("a"), "{}")).endsWith("it has no predictions");
        assertThat(messages.unusable(ofRows("a"), "{\"prediction_result_table\":{}}"))
                .contains("--upi-payload=table");
        assertThat(unusable("7", "a")).contains("predictions is 7 (expected: a list)");
        assertThat(messages.unusable(ofRows("a"), "[1]")).contains("is a list (expected: an object)");
    }

    /** Were every key looked for in every row, this would take minutes. */
    @Test
    @Timeout(20)
    void rowsTooManyAreCountedAndNotLookedAt() {
        String manyKeys = keys(100_000);
        assertThat(unusable("[" + manyKeys + ",{}".repeat(400_000) + "]", "a")).contains("it has 400001 predictions");
        assertThat(unusable("[" + manyKeys + ",null".repeat(400_000) + "]", "a"))
                .contains("it has 400001 predictions");
    }

    @Test
    @Timeout(20)
    void emptyRowsThatMakeTooLongAResponseEndWhenThatIsCertain() {
        String[] ids = new String[20_000];
        Arrays.fill(ids, "r");
        String predictions = "[" + keys(20_000) + ",{}".repeat(ids.length - 1) + "]";
        assertThat(unusable(predictions, ids)).contains("--max-reply");
    }

    private static String keys(int count) {
        StringBuilder object = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            object.append(i == 0 ? "" : ",").append('"').append(i).append("\":0");
        }
        return object.append('}').toString();
    }
}
