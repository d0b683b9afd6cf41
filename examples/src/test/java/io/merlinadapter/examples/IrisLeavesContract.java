package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The trees without XGBoost. */
interface IrisLeavesContract extends IrisContract {
    @Test
    default void itsModelIsTheFileThatXgboostWrote() throws IOException {
        String file = "artifact/iris.json";

        assertThat(Files.mismatch(
                        ExampleContract.folder(Iris.LEAVES).resolve(file),
                        ExampleContract.folder(Iris.XGBOOST).resolve(file)))
                .as("where %s differ: copy that of %s", file, Iris.XGBOOST)
                .isEqualTo(-1);
    }
}
