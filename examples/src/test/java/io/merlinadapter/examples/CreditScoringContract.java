package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A model that was saved by R scores by both protocols as it does in R. */
interface CreditScoringContract extends RefusingContract {
    String NAME = "credit-scoring-r";

    Pattern PROBABILITY = Pattern.compile("\"probability\":([^,]+),\"score\":\\d+");

    @Test
    default void everyPredictionIsThatOfRItself() {
        List<String> grid = file("artifact/expected.csv").lines().skip(1).toList();

        HttpResponse<String> response = model().predict(grid.stream()
                .map(row -> row.replaceAll("(.*),(.*),.*", "[$1,\"$2\"]"))
                .collect(Collectors.joining(",", "{\"instances\":[", "]}")));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(grid).hasSizeGreaterThan(300);
        assertThat(PROBABILITY.matcher(response.body()).results().map(found -> Double.valueOf(found.group(1))))
                .containsExactlyElementsOf(grid.stream()
                        .map(row -> Double.valueOf(row.replaceAll(".*,", "")))
                        .toList());
    }

    @Test
    default void aListInTheOrderOfTheColumnsSaysTheSameAsAnObject() {
        assertThat(model().predict("{\"instances\":[[3200, 9000, 36, 0, \"permanent\"]]}")
                        .body())
                .isEqualTo(model().predict("{\"instances\":[{\"employment\":\"permanent\",\"note\":[{}],"
                                + "\"late_payments\":0,\"months\":36,\"loan\":9000,\"income\":3200}]}")
                        .body())
                .isEqualTo("{\"predictions\":[{\"probability\":0.202702,\"score\":541}]}");
    }

    @Test
    default void aBadLoanIsNamedWithItsValue() {
        Map<String, String> refusals = Map.of(
                "0, 9000, 36, 0, \"none\"", "income is 0 (expected: a number from 1 to 10000000)",
                "1e999, 9000, 36, 0, \"none\"", "income is ",
                "3200, \"9000\", 36, 0, \"none\"", "loan is \\\"9000\\\" (expected: a number from 1 to 100000000)",
                "3200, 9000, null, 0, \"none\"", "months is null",
                "3200, 9000, [36], 0, \"none\"", "months is [36]",
                "3200, 9000, 36, false, \"none\"", "late_payments is false",
                "3200, 9000, 36, 0, 1", "employment is 1 (expected: permanent, temporary, self-employed, none)",
                "3200, 9000, 36, 0, \"d\u00e9tach\u00e9\"", "employment is \\\"d\u00e9tach\u00e9\\\"",
                "3200, 9000, 36, 0", "must be an object or a list of income, loan, months, late_payments, employment");
        refusals.forEach((bad, message) ->
                refuses("{\"instances\":[[3200, 9000, 36, 0, \"none\"],[" + bad + "]]}", "\"instances[1]: " + message));
        // R takes the beginning of a name for the name, where it is let to.
        String misnamed = "{\"income\":1,\"loan\":1,\"months\":1,\"late_payments\":0,\"employment_type\":\"none\"}";
        refuses("{\"instances\":[" + misnamed + "]}", "instances[0]: employment is null");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameScores() {
        answersByUpi(
                "{\"rowId\":\"loan-1\",\"values\":[{\"doubleValue\":0.202702},{\"doubleValue\":541.0}]}",
                "{\"rowId\":\"loan-2\",\"values\":[{\"doubleValue\":0.924456},{\"doubleValue\":430.0}]}",
                "{\"rowId\":\"loan-3\",\"values\":[{\"doubleValue\":0.365339},{\"doubleValue\":518.0}]}");
    }
}
