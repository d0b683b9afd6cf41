package io.merlinadapter.upi.table;

import static io.merlinadapter.upi.table.Messages.ofRows;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadTableReplyTest {
    private final Messages messages = Messages.of(PayloadKind.TABLE);

    private String unusable(String reply) {
        return messages.unusable(ofRows("a", "b"), reply);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "`columns`:[`y`],`data`:[[1]] | it has 1 predictions (expected: 2, one for each row of the request)",
                "`columns`:[`y`],`data`:[[1],[1,2]] | data[1] has 2 values (expected: 1,",
                "`columns`:[`y`],`data`:[[1],null] | data[1] is null (expected: a list of values)",
                "`columns`:[`y`],`data`:[[1],[true]] | data[1], column `y` is true (expected: a number, a text or null)",
                "`columns`:[`y`],`data`:[[1],[{}]] | data[1], column `y` is an object (expected: a number, a text",
                "`columns`:[`y`],`data`:[[1],[`x`]] | data[1], column `y` is `x`, and before it there are numbers",
                "`columns`:[`y`],`data`:[[`x`],[1]] | data[1], column `y` is 1, and before it there are texts",
                "`columns`:[`y`],`data`:[[1],[1e999]] | data[1], column `y` is 1e999 (expected: a FLOAT",
                "`columns`:[`y`],`data`:7 | data is 7 (expected: a list)",
                "`columns`:[`row_id`],`data`:[[1],[2]] | a column is called `row_id`",
                "`columns`:[7],`data`:[[1],[2]] | columns[0] is 7 (expected: a text)",
                "`columns`:{},`data`:[[1],[2]] | columns is an object (expected: a list)",
                "`columns`:[`y`] | prediction_result_table has no data",
                "`data`:[] | prediction_result_table has no columns",
                "`columns`:[`y`],`data`:[[1],[2]],`name`:7 | prediction_result_table.name is 7 (expected: a text)",
                "`columns`:[`y`],`data`:[[1],[2]],`column_types`:[] | column_types has 0 types (expected: 1",
                "`columns`:[`y`],`data`:[[1],[2]],`column_types`:[`X`] | column_types[0] is `X` (expected: FLOAT, INT",
                "`columns`:[`y`],`data`:[[1],[2.5]],`column_types`:[`INTEGER`] | column `y` is 2.5 (expected: an INTEGER",
                "`columns`:[`y`],`data`:[[1],[9223372036854775808]],`column_types`:[`INTEGER`] | is 9223372036854775808",
                "`columns`:[`y`],`data`:[[1],[`2`]],`column_types`:[`INTEGER`] | is `2` (expected: an INTEGER",
                "`columns`:[`y`],`data`:[[1],[`2`]],`column_types`:[`FLOAT`] | is `2` (expected: a FLOAT",
                "`columns`:[`y`],`data`:[[`1`],[2]],`column_types`:[`STRING`] | is 2 (expected: a STRING",
                "`columns`:[`y`],`data`:[[1],[2]],`row_ids`:[`a`] | row_ids has 1 ids (expected: 2,",
                "`columns`:[`y`],`data`:[[1],[2]],`row_ids`:[1,2] | row_ids[0] is 1 (expected: a text)",
                "`columns`:[`y`],`data`:[[1],[`\\ud800`]],`column_types`:[null] | before it there are numbers",
                "`columns`:[`\\ud800x`],`data`:[[1],[2]] | not JSON: a string has half of a surrogate pair"
            })
    void tableThatCannotBeUsedIsExplained(String members, String complaint) {
        String reply = "{\"prediction_result_table\":{" + members.replace('`', '"') + "}}";
        assertThat(unusable(reply)).startsWith("the program's reply: ").contains(complaint.replace('`', '"'));
    }

    @Test
    void replyOfAnotherShapeIsExplained() {
        String table = "\"prediction_result_table\":{\"columns\":[],\"data\":[[],[]]}";
        assertThat(unusable("{}")).endsWith("it has no prediction_result_table");
        assertThat(unusable("{\"prediction_result_table\":null}")).endsWith("it has no prediction_result_table");
        assertThat(unusable("{\"predictions\":[1,2]}")).contains("--upi-payload=instances");
        assertThat(unusable("{\"prediction_result_table\":[]}")).contains("is a list (expected: an object)");
        assertThat(unusable("{" + table + ",\"target_name\":1}")).contains("target_name is 1 (expected: a text)");
        assertThat(unusable("{" + table + ",\"metadata\":1}")).contains("metadata is 1 (expected: an object)");
        assertThat(unusable("{" + table + ",\"metadata\":{\"models\":1}}")).contains("metadata.models is 1");
        assertThat(unusable("{" + table + ",\"metadata\":{\"models\":[{\"name\":1}]}}"))
                .contains("metadata.models[0].name is 1");
        assertThat(unusable("{" + table + ",\"prediction_context\":[1]}")).contains("prediction_context[0] is 1");
        assertThat(unusable("{" + table + ",\"prediction_context\":[{\"value\":[]}]}"))
                .contains("prediction_context[0].value is a list");
        assertThat(unusable("{" + table + ",\"prediction_context\":[{\"type\":\"BOOL\"}]}"))
                .contains("prediction_context[0].type is \"BOOL\"");
    }

    @Test
    void replyThatIsNotJsonIsExplained() {
        assertThat(unusable("{\"a\":}")).contains("it is not JSON: a value was expected (byte 5)");
        assertThat(unusable("{\"a\":1")).contains("it ends in the middle");
        assertThat(unusable("{} {}")).contains("there is more than one value");
        assertThat(unusable("[".repeat(100_000))).contains("is a list");
        assertThat(unusable("{\"a\":" + "[".repeat(100_000))).contains("nested deeper than 256 levels");
    }
}
