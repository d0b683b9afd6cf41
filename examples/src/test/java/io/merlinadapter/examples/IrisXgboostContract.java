package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** XGBoost's own library, which also tells how sure it was. */
interface IrisXgboostContract extends IrisContract, BatchingContract {
    Pattern TOP_PROBABILITIES = Pattern.compile("iris_top_probability_count\\{[^}]*} (\\d+)");
    Pattern PREDICTIONS = Pattern.compile("iris_predictions_total\\{[^}]*species=\"\\w+\"[^}]*} ([\\d.]+)");

    @Test
    default void eachPredictionIsInTheHistogramAndCountedUnderItsSpecies() {
        String before = metrics();
        HttpResponse<String> response = model().predict(file("request.json"));
        String after = metrics();

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(sum(TOP_PROBABILITIES, after) - sum(TOP_PROBABILITIES, before))
                .isEqualTo(3);
        assertThat(sum(PREDICTIONS, after) - sum(PREDICTIONS, before)).isEqualTo(3);
        assertThat(after)
                .containsPattern("iris_top_probability_bucket\\{[^}]*le=\"0\\.95\"} \\d+")
                .contains("species=\"setosa\"", "species=\"virginica\"");
    }

    /** The last of a bad caller's flowers is bad. */
    @Override
    default String body(int caller) {
        String last = caller % 4 == 3 ? "-" : "";
        return IntStream.rangeClosed(0, caller % 8)
                .mapToObj(i -> String.format(
                        "[%d.%d, 3, %d, %s%d.1]", caller % 8, caller % 10, i, i == caller % 8 ? last : "", caller))
                .collect(Collectors.joining(", ", "{\"instances\": [", "]}"));
    }

    private String metrics() {
        return model().get(model().http("/metrics")).body();
    }

    private static double sum(Pattern series, String page) {
        return series.matcher(page)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }
}
