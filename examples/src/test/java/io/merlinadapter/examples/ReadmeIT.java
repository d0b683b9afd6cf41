package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the examples' READMEs say to do works. */
@Timeout(600)
@ResourceLock(Iris.FETCHED)
class ReadmeIT {
    @TempDir
    Path folder;

    /** What they fetch: no command's time. */
    @BeforeAll
    @Timeout(600)
    static void fetch() {
        Iris.prepare();
    }

    /** TemplateImagesIT runs those of the templates, which build images. */
    static List<String> readmes() {
        return Pages.withCommands().stream()
                .filter(page -> page.startsWith(Pages.EXAMPLES))
                .filter(page -> !page.matches(Pages.TEMPLATES + "/.+/.+"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("readmes")
    void everyCommandDoesWhatTheReadmeShows(String readme) throws Exception {
        try (PageRun run = PageRun.withoutContainers(readme, folder)) {
            assertThat(run.run()).as("answers compared").isPositive();
        }
    }
}
