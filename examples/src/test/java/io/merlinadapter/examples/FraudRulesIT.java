package io.merlinadapter.examples;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The filter is all there is: the artifact is an empty folder. */
@Timeout(600)
final class FraudRulesIT implements FraudRulesContract {
    private static LocalModel model;

    @BeforeAll
    static void serve(@TempDir Path artifact) {
        List<String> options = List.of("--upi-payload=instances", "--warmup=@request.json");
        model = LocalModel.serve(NAME, artifact, options, "jq", "--unbuffered", "-R", "-c", "-f", "rules.jq");
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
