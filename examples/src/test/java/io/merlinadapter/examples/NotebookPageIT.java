package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way from a notebook to an image, with the libraries that PyPI has now. */
@ImageTest
@Tag("all")
final class NotebookPageIT {
    private static final String PAGE = "docs/notebook.md";

    @TempDir
    Path folder;

    @Test
    void aModelOfPandasIsServedFromAnImageByThePageAlone() throws Exception {
        try (PageRun run = PageRun.withContainers(PAGE, folder)) {
            assertThat(run.run()).isPositive();
        }
    }
}
