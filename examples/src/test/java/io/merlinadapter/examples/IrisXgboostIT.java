package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Tools;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** In a venv, as the library is nothing that every machine has. */
@Timeout(600)
@Tag("all")
@ResourceLock(value = Iris.FETCHED, mode = ResourceAccessMode.READ)
final class IrisXgboostIT implements IrisXgboostContract {
    private static LocalModel model;

    @BeforeAll
    static void serve() {
        model = LocalModel.serve(
                Iris.XGBOOST,
                ExampleContract.folder(Iris.XGBOOST).resolve("artifact"),
                List.of("--format=jsonrpc", "--upi-payload=instances"),
                Iris.python().toString(),
                "predict.py");
    }

    @Test
    void aBatchIsAnsweredByOneArrayAfterTheMetricsOfAllOfIt() {
        String flower = "[5.1, 3.5, 1.4, 0.2]";
        String batch = Stream.of(flower, "[]", "5", flower + "," + flower)
                .map(flowers -> String.format("{\"params\": {\"body\": {\"instances\": [%s]}}}", flowers))
                .collect(Collectors.joining(",", "[", "]"));
        String numbered = "to_entries | map({jsonrpc: \"2.0\", id: (.key + 2), method: \"predict\"} + .value)";
        String said = Tools.run(
                ExampleContract.folder(Iris.XGBOOST),
                "bash",
                "-o",
                "pipefail",
                "-c",
                "jq -cn --argjson calls '" + batch + "' '$calls | " + numbered + "' | " + Iris.python()
                        + " -B predict.py | jq -c 'if type == \"array\" then sort_by(.id)[] | "
                        + "[.id, .error.code, (.result.predictions | length)] else [.method] end'");
        assertThat(said.lines()).containsExactly("[\"metrics\"]", "[2,null,1]", "[3,422,0]", "[4,422,0]", "[5,null,2]");
    }

    @AfterAll
    static void stop() {
        model.close();
    }

    @Override
    public Model model() {
        return model;
    }
}
