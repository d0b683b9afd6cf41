package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Tools;
import java.util.List;
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

    /** The adapter sends none so far; one day it may. */
    @Test
    void aBatchIsAnsweredMessageByMessage() {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"predict\",\"params\":{\"body\":{\"instances\":[]}}}";
        String batch = "[" + String.format(call, 2) + "," + String.format(call, 3) + "]";
        String said = Tools.run(
                ExampleContract.folder(Iris.XGBOOST),
                "bash",
                "-c",
                "echo '" + batch + "' | " + Iris.python() + " predict.py");
        assertThat(said)
                .contains(
                        "\"id\": 2, \"result\": {\"predictions\": []}", "\"id\": 3, \"result\": {\"predictions\": []}");
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
