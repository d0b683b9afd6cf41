package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.it.support.AdapterProcess;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README is short, and its table of options says what the options say of themselves. */
class ReadmeTableTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(--[a-z-]+)` \\| `([A-Z_]+)` \\| ([^|]+) \\|");

    @Test
    void everyRowNamesAnOptionWithItsVariableAndDefault() throws Exception {
        String readme = Files.readString(AdapterProcess.ROOT.resolve("README.md"));
        List<MatchResult> rows = ROW.matcher(readme).results().toList();
        assertThat(rows).hasSizeGreaterThan(5);
        for (MatchResult row : rows) {
            Option<?> option = Options.all().stream()
                    .filter(candidate -> candidate.flag().equals(row.group(1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(row.group(1) + " is no option"));
            assertThat(row.group(2)).isEqualTo(option.variable());
            String fallback = option.fallback();
            if (fallback != null && fallback.matches("[0-9].*") && !row.group(2).equals("ADAPTER_HOST")) {
                assertThat(row.group(3).replace(" ", "").replace("`", "")).isEqualTo(fallback);
            }
        }
    }

    @Test
    void itListsTheOptionsOfTheShortHelp() throws Exception {
        String readme = Files.readString(AdapterProcess.ROOT.resolve("README.md"));
        assertThat(ROW.matcher(readme).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(
                        Options.essential().stream().map(Option::flag).toList());
    }

    /** What everybody reads; the rest is below the line. */
    @Test
    void itsFirstPartFitsTwoScreens() throws Exception {
        String readme = Files.readString(AdapterProcess.ROOT.resolve("README.md"));
        String first = readme.substring(0, readme.indexOf("\n---\n"));
        assertThat(first.lines()).hasSizeLessThanOrEqualTo(100);
        assertThat(first.split("\\s+")).hasSizeLessThanOrEqualTo(700);
    }
}
