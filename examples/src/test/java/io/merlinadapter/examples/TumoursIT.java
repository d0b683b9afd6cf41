package io.merlinadapter.examples;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** With Debian's scikit-learn. */
@Timeout(600)
final class TumoursIT implements TumoursContract {
    private static LocalModel model;

    @BeforeAll
    static void serve() {
        model = LocalModel.serve(
                NAME,
                ExampleContract.folder(NAME).resolve("artifact"),
                List.of("--batch=instances", "--retry-on-worker-loss", "--upi-payload=instances"),
                "/usr/bin/python3",
                "predict.py");
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
