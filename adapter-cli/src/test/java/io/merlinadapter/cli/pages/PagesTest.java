package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Amounts;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.dispatch.AdapterState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages below docs say of options and states is so. */
class PagesTest {
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");
    private static final Pattern FIGURE = Pattern.compile("([0-9.]+) (s|min|MiB) \\(`(--[a-z-]+)`");

    private static final Pattern RELEASE_COMMAND = Pattern.compile("`([^`]*x\\.y\\.z[^`]*)`");

    private static final Pattern METRIC = Pattern.compile("`(adapter_[a-z_]+)`");
    private static final Pattern ROW_OF_FIGURES = Pattern.compile("(?m)^(\\|[^|]+\\|)((?: [0-9.,; ]+ \\|)+)$");

    private static String page(String name) throws IOException {
        return Files.readString(AdapterProcess.ROOT.resolve("docs").resolve(name))
                .replaceAll("\\s+", " ");
    }

    private static Option<?> option(String flag) {
        return Options.all().stream()
                .filter(option -> option.flag().equals(flag))
                .findFirst()
                .orElseThrow(() -> new AssertionError(flag + " is no option"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"life.md", "protocol.md"})
    void everyOptionThatItNamesExists(String name) throws IOException {
        assertThat(OPTION.matcher(page(name)).results().map(found -> option(found.group(1))))
                .hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "batch.md",
                "gpu.md",
                "http-server.md",
                "macos-windows.md",
                "notebook.md",
                "several-models.md",
                "sizing.md",
                "troubleshooting.md"
            })
    void everyOptionAndMetricThatAPageByTaskNamesExists(String name) throws IOException {
        assertThat(OPTION.matcher(page(name)).results()).allSatisfy(found -> option(found.group(1)));
        String metrics = page("metrics.md");
        assertThat(METRIC.matcher(page(name)).results())
                .allSatisfy(found -> assertThat(metrics).contains(" `" + found.group(1) + "` "));
    }

    /** Measured anew, they change there: then take them over. */
    @Test
    void theFiguresForSizingAreThoseThatWereMeasured() throws IOException {
        String measured = Files.readString(AdapterProcess.ROOT.resolve("docs/performance.md"));
        String page = Files.readString(AdapterProcess.ROOT.resolve("docs/sizing.md"));
        assertThat(ROW_OF_FIGURES.matcher(page).results()).hasSize(12).allSatisfy(row -> {
            String figures = Pattern.quote(row.group(2).replaceAll("\\|$", "").strip());
            assertThat(measured)
                    .containsPattern("(?m)^" + Pattern.quote(row.group(1)) + ".*[ |]" + figures + "(?: \\(| \\|)");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"life.md", "protocol.md"})
    void everyFigureThatItGivesForAnOptionIsItsDefault(String name) throws IOException {
        assertThat(FIGURE.matcher(page(name)).results()).hasSizeGreaterThan(3).allSatisfy(found -> {
            String fallback = Objects.requireNonNull(option(found.group(3)).fallback());
            String number = found.group(1);
            if (found.group(2).equals("MiB")) {
                assertThat(Amounts.size(fallback)).isEqualTo(Amounts.size(number + "MiB"));
            } else {
                String unit = found.group(2).substring(0, 1);
                assertThat(Amounts.duration(fallback)).isEqualTo(Amounts.duration(number + unit));
            }
        });
    }

    /** Which a test runs with the files of a release. */
    @Test
    void theReadmeInstallsAReleaseAsThePageAboutItDoes() throws IOException {
        String page = page("install.md").replace("$VERSION", "x.y.z");
        String readme = Files.readString(AdapterProcess.ROOT.resolve("README.md"));
        assertThat(RELEASE_COMMAND.matcher(readme).results())
                .hasSize(2)
                .allSatisfy(command -> assertThat(page).contains("```bash " + command.group(1)));
    }

    @Test
    void everyStateIsExplained() throws IOException {
        for (AdapterState state : AdapterState.values()) {
            assertThat(page("life.md")).containsPattern("\\| [A-Z_, ]*" + state + "[A-Z_, ]* \\|");
        }
    }
}
