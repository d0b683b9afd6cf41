package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README and the pages below docs say to do works, and what any page links is there. {@link ReadmeIT} has the others. */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class PagesIT {
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\((?!https?:)([^)#]*)(?:#([^)]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    @TempDir
    Path folder;

    static List<String> pages() {
        return Pages.all();
    }

    static List<String> pagesWithCommands() {
        return Pages.withCommands().stream()
                .filter(page -> !page.startsWith(Pages.EXAMPLES))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void everyCommandDoesWhatThePageShows(String page) throws Exception {
        try (PageRun run = PageRun.withoutContainers(page, folder)) {
            assertThat(run.run()).as("answers compared").isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkWithinTheProjectLeadsToAFileAndAHeading(String page) {
        Path file = AdapterProcess.ROOT.resolve(page);
        assertThat(LINK.matcher(prose(page)).results()).allSatisfy(link -> {
            Path target = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1));
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(anchors(Files.readString(target))).as(link.group()).contains(link.group(2));
            }
        });
    }

    @Test
    void everyPageBelowDocsIsLinkedFromTheReadme() {
        List<String> linked = LINK.matcher(prose("README.md"))
                .results()
                .map(link -> link.group(1))
                .toList();
        assertThat(Pages.all().stream().filter(page -> page.startsWith("docs/")))
                .hasSizeGreaterThan(20)
                .isSubsetOf(linked);
    }

    private static String prose(String page) {
        return FENCED.matcher(Pages.text(page)).replaceAll("");
    }

    /** As GitHub names them. */
    private static List<String> anchors(String markdown) {
        return HEADING.matcher(FENCED.matcher(markdown).replaceAll(""))
                .results()
                .map((MatchResult heading) -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toList());
    }
}
