package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.monitoring.Rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every rule is tested, and what they and their page tell people to look at exists. */
class MonitoringTest {
    private static final Pattern FIRING = Pattern.compile("alertname: (\\w+)\\n +exp_alerts:\\n");
    private static final Pattern SILENT = Pattern.compile("alertname: (\\w+)\\n +exp_alerts: \\[]\\n");
    private static final Pattern RECORDED = Pattern.compile("expr: .*?(\\w+:\\w+:\\w+)");
    private static final Pattern PANEL = Pattern.compile("[Pp]anels? \"([^\"]+)\"(?: and \"([^\"]+)\")?");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
    private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)\\)");
    private static final Pattern ALERT = Pattern.compile("\\bMerlinAdapter[A-Z]\\w+");

    @Test
    void everyAlertIsTestedFiringAndSilent() throws Exception {
        String tests = testTexts();
        Set<String> names = Rules.alerts().stream().map(Rule::name).collect(Collectors.toSet());
        assertThat(names).hasSizeGreaterThan(10);
        assertThat(found(FIRING, tests)).isEqualTo(names);
        assertThat(found(SILENT, tests)).isEqualTo(names);
    }

    @Test
    void everyRecordingIsTested() throws Exception {
        Set<String> names = Rules.read().stream()
                .filter(rule -> !rule.isAlert())
                .map(Rule::name)
                .collect(Collectors.toSet());
        assertThat(names).hasSizeGreaterThan(5);
        assertThat(found(RECORDED, testTexts())).isEqualTo(names);
    }

    @Test
    void everyAlertSaysHowBadItIsAndWhatToDo() throws Exception {
        assertThat(Rules.alerts())
                .allSatisfy(alert -> assertThat(alert.body())
                        .as(alert.name())
                        .containsPattern(" {8}for: \\d+m\\n {8}labels:\\n {10}severity: (critical|warning)\\n")
                        .containsPattern(" {10}summary: .*\\{\\{ \\$labels\\.")
                        .containsPattern(" {10}description: (.|\\n)*\\{\\{ \\$value")
                        .containsPattern(" {10}action: "));
    }

    @Test
    void everyPanelAndOptionThatIsNamedExists() throws Exception {
        Set<String> titles = Dashboard.read().panels().stream()
                .map(panel -> panel.getString("title"))
                .collect(Collectors.toSet());
        Set<String> options = Options.all().stream().map(Option::flag).collect(Collectors.toSet());
        String alerts = text(Rules.FOLDER.resolve("rules/alerts.yml")).replaceAll("\\s+", " ");
        assertThat(found(PANEL, alerts)).hasSizeGreaterThan(3).isSubsetOf(titles);
        assertThat(found(OPTION, alerts)).hasSizeGreaterThan(3).isSubsetOf(options);
        assertThat(found(OPTION, text(Rules.FOLDER.resolve("grafana-dashboard.json"))))
                .hasSizeGreaterThan(3)
                .isSubsetOf(options);
    }

    @Test
    void thePageLinksToWhatIsThere() throws Exception {
        assertThat(found(LINK, text(Rules.FOLDER.resolve("README.md"))))
                .hasSizeGreaterThan(2)
                .allSatisfy(link -> assertThat(Rules.FOLDER.resolve(link)).exists());
    }

    @Test
    void thePageExplainsEveryAlert() throws Exception {
        Set<String> names = Rules.alerts().stream().map(Rule::name).collect(Collectors.toSet());
        assertThat(found(ALERT, text(Rules.FOLDER.resolve("README.md")))).isEqualTo(names);
    }

    private static String testTexts() throws IOException {
        StringBuilder texts = new StringBuilder();
        for (Path file : Rules.tests()) {
            texts.append(text(file));
        }
        return texts.toString();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    /** What the pattern's groups hold, or all of it where it has none. */
    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .flatMap(match -> match.groupCount() == 0
                        ? List.of(match.group()).stream()
                        : IntStream.rangeClosed(1, match.groupCount()).mapToObj(match::group))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
