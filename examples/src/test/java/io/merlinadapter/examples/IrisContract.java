package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One model in three languages: the same questions, the same answers. */
interface IrisContract extends ExampleContract {
    /** A prediction of the documented response. */
    Pattern ROW = Pattern.compile("\"species\": ?(\"\\w+\"), ?\"setosa\": ?([^,]+), ?\"versicolor\": ?([^,]+), ?"
            + "\"virginica\": ?([^}]+)}");

    @Test
    default void theLibraryItselfSaysTheSameOfEachFlowerByHttp() {
        String path = "/v1/models/" + model().fullName() + ":predict";

        assertThat(Iris.compare("http", model().http(path))).contains("150 rows agree", "3000 rows agree");
    }

    @Test
    default void theLibraryItselfSaysTheSameOfEachFlowerByUpi() {
        assertThat(Iris.compare("upi", model().upi("/v1/predict"))).contains("150 rows agree", "3000 rows agree");
    }

    @Test
    default void aBadFlowerIsNamedAndHurtsItsOwnRequestOnly() {
        refuses(
                "[[5.1, 3.5, 1.4, 0.2], [5.1, 3.5, true, 0.2]]",
                "instances[1]: petal_length is true (expected: a number");
        refuses("[[5.1, 3.5, -1, 0.2]]", "instances[0]: petal_length is -1");
        refuses("[[5.1, 3.5, 1.4, \"0.2\"]]", "instances[0]: petal_width is \\\"0.2\\\"");
        refuses("[[5.1, 3.5, 1e999, 0.2]]", "instances[0]: petal_length is ");
        refuses("[[5.1, 3.5, " + "9".repeat(900) + ", 0.2]]", "instances[0]: petal_length is ");
        refuses("[[5.1, 3.5, 1.4]]", "instances[0]: must be an object or a list of sepal_length");
        refuses("[{\"sepal_length\": 5.1}, 3]", "instances[0]: must be an object or a list of sepal_length");
        refuses("[null]", "instances[0]: must be an object or a list of sepal_length");
        refuses("3", "the request: must be {");
    }

    private void refuses(String instances, String message) {
        HttpResponse<String> bad = model().predict("{\"instances\": " + instances + "}");
        HttpResponse<String> good = model().predict(file("request.json"));

        assertThat(bad.statusCode()).as(model().log()).isEqualTo(422);
        assertThat(bad.body()).startsWith("{\"error\":\"").contains(message);
        assertThat(good.statusCode()).as(model().log()).isEqualTo(200);
    }

    @Test
    default void ofManyCallsAtATimeEachGetsItsOwnAnswer() throws Exception {
        List<String> flowers = IntStream.range(0, 200)
                .mapToObj(i -> String.format("[%d.%d, 3, %d, 0.%d]", i % 8, i % 10, i % 7, i % 9))
                .toList();
        List<String> answers = predictions(flowers.toString());
        assertThat(answers).hasSize(flowers.size());
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Callable<List<String>>> calls = flowers.stream()
                    .<Callable<List<String>>>map(flower -> () -> predictions("[" + flower + "]"))
                    .toList();
            int i = 0;
            for (Future<List<String>> answer : callers.invokeAll(calls)) {
                assertThat(answer.get()).as(flowers.get(i)).containsExactly(answers.get(i));
                i++;
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private List<String> predictions(String instances) {
        HttpResponse<String> response = model().predict("{\"instances\": " + instances + "}");
        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        return ROW.matcher(response.body()).results().map(MatchResult::group).toList();
    }

    @Test
    default void ofNoFlowersThereAreNoPredictions() {
        HttpResponse<String> response = model().predict("{\"instances\": []}");

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        assertThat(response.body().replace(" ", "")).isEqualTo("{\"predictions\":[]}");
    }

    @Test
    default void theSampleRequestOfUpiGetsTheSameSpecies() {
        HttpResponse<String> response = model().predictUpi(file("upi-request.json"));

        assertThat(response.statusCode()).as(model().log()).isEqualTo(200);
        List<String> flowers = ROW.matcher(file("response.json"))
                .results()
                .map(row -> String.format(
                        "[{\"stringValue\":%s},{\"doubleValue\":%s},{\"doubleValue\":%s},{\"doubleValue\":%s}]",
                        row.group(1), row.group(2), row.group(3), row.group(4)))
                .toList();
        assertThat(flowers).hasSize(3);
        assertThat(response.body()).containsSubsequence(flowers);
        assertThat(response.body())
                .contains("\"rowId\":\"flower-1\"", "\"rowId\":\"flower-2\"", "\"rowId\":\"flower-3\"")
                .contains("\"targetName\":\"species\"", "\"predictionId\":\"7f3\"");
    }
}
