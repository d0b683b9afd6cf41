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

/** The model is in a folder of its own, as Merlin mounts it. */
@Timeout(600)
final class CreditScoringIT implements CreditScoringContract {
    private static LocalModel model;

    @BeforeAll
    static void serve(@TempDir Path mounted) throws IOException {
        String saved = "model.rds";
        Files.copy(ExampleContract.folder(NAME).resolve("artifact").resolve(saved), mounted.resolve(saved));
        List<String> options = List.of("--upi-payload=instances", "--warmup=@request.json");
        model = LocalModel.serve(NAME, mounted, options, "Rscript", "predict.R");
    }

    @AfterAll
    static void stop() {
        model.close();
    }

    @Override
    public Model model() {
        return model;
    }

    @Test
    void trainingAgainMakesTheSameModel(@TempDir Path trained) throws IOException {
        Tools.run(ExampleContract.folder(NAME), "Rscript", "train.R", trained.toString());

        assertThat(trained.resolve("model.rds")).isNotEmptyFile();
        assertThat(Files.readString(trained.resolve("expected.csv"))).isEqualTo(file("artifact/expected.csv"));
    }
}
