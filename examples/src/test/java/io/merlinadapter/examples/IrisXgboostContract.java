package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** XGBoost's own library, which also tells how sure it was. */
interface IrisXgboostContract extends IrisContract {
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
