package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The artifact is in a folder of its own, as Merlin mounts it. */
@Timeout(600)
final class SurgePricingIT implements SurgePricingContract {
    private static LocalModel model;

    @BeforeAll
    static void serve(@TempDir Path mounted) throws IOException {
        String coefficients = "coefficients.json";
        Files.copy(
                ExampleContract.folder(NAME).resolve("artifact").resolve(coefficients), mounted.resolve(coefficients));
        model = LocalModel.serve(NAME, mounted, List.of("--upi-payload=instances"), "python3", "predict.py");
    }

    @Test
    void itsOwnTestsPass() {
        assertThat(Tools.run(ExampleContract.folder(NAME), "python3", "-B", "-m", "unittest", "discover"))
                .contains("OK");
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
