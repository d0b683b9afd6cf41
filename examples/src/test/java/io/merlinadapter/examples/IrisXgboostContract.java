package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** XGBoost's own library, which also tells how sure it was. */
interface IrisXgboostContract extends IrisContract {
    Pattern TOP_PROBABILITIES = Pattern.compile("iris_top_probability_count\\{[^}]*} (\\d+)");
    Pattern PREDICTIONS = Pattern.compile("iris_predictions_total\\{[^}]*species=\"\\w+\"[^}]*} ([\\d.]+)");

    /** What the program was sent, and on how many lines. */
    Pattern REQUESTS = Pattern.compile("adapter_batch_size_sum\\{[^}]*} ([\\d.]+)");

    Pattern LINES = Pattern.compile("adapter_batch_size_count\\{[^}]*} (\\d+)");

    int CALLERS = 16;

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

    /** What waits while a call is worked on goes with others; some of these are refused, which is nobody else's business. */
    @Test
    default void callsReachTheLibraryTogetherAndEachGetsItsOwnAnswer() throws Exception {
        String before = metrics();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<String> alone = IntStream.range(0, CALLERS)
                    .mapToObj(i -> told(model().predict(flowers(i))))
                    .toList();
            assertThat(alone).filteredOn(answer -> answer.startsWith("422")).hasSize(CALLERS / 4);
            assertThat(Set.copyOf(alone)).hasSizeGreaterThan(CALLERS / 2);
            long deadline = System.nanoTime() + AdapterProcess.PATIENCE.toNanos();
            do {
                assertThat(System.nanoTime()).as("no batch; %s", model().log()).isLessThan(deadline);
                List<Callable<String>> calls = IntStream.range(0, CALLERS)
                        .<Callable<String>>mapToObj(i -> () -> told(model().predict(flowers(i))))
                        .toList();
                int i = 0;
                for (Future<String> answer : callers.invokeAll(calls)) {
                    assertThat(answer.get()).as(flowers(i)).isEqualTo(alone.get(i));
                    i++;
                }
            } while (grown(REQUESTS, before) == grown(LINES, before));
        } finally {
            callers.shutdownNow();
        }
    }

    private static String told(HttpResponse<String> answer) {
        return answer.statusCode() + answer.body();
    }

    /** As many flowers as nobody else has; of each fourth caller, the last one is bad. */
    private static String flowers(int caller) {
        String last = caller % 4 == 3 ? "-" : "";
        return IntStream.rangeClosed(0, caller % 8)
                .mapToObj(i -> String.format(
                        "[%d.%d, 3, %d, %s%d.1]", caller % 8, caller % 10, i, i == caller % 8 ? last : "", caller))
                .collect(Collectors.joining(", ", "{\"instances\": [", "]}"));
    }

    private double grown(Pattern series, String before) {
        return sum(series, metrics()) - sum(series, before);
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
