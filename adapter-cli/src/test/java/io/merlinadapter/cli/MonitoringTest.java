package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Rules.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules are valid, every one of them is tested, and what they and their page tell people to look at exists. */
class MonitoringTest {
    private static final Pattern FIRING = Pattern.compile("alertname: (\\w+)\\n +exp_alerts:\\n");
    private static final Pattern SILENT = Pattern.compile("alertname: (\\w+)\\n +exp_alerts: \\[]\\n");
    private static final Pattern RECORDED = Pattern.compile("expr: .*?(\\w+:\\w+:\\w+)");
    private static final Pattern PANEL = Pattern.compile("[Pp]anels? \"([^\"]+)\"(?: and \"([^\"]+)\")?");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
    private static final Pattern SCRAPE = Pattern.compile("```yaml\\n(scrape_configs:(?s:.*?))```");
    private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)\\)");
    private static final Pattern ALERT = Pattern.compile("\\bMerlinAdapter[A-Z]\\w+");

    @Test
    void theRulesAreValid() throws Exception {
        promtool(List.of("check", "rules", "--lint=all", "--lint-fatal"), Rules.FILES);
    }

    @Test
    void theRulesDoAsTheirTestsSay() throws Exception {
        promtool(List.of("test", "rules"), Rules.tests());
    }

    /** With fixed targets, since Debian's Prometheus was built without those of Kubernetes. */
    @Test
    void theScrapeConfigurationOfThePageIsValid(@TempDir Path folder) throws Exception {
        Matcher block = SCRAPE.matcher(text(Rules.FOLDER.resolve("README.md")));
        assertThat(block.find()).isTrue();
        String kubernetes = "kubernetes_sd_configs:\n      - role: pod";
        assertThat(block.group(1)).contains(kubernetes);
        String fixed = block.group(1).replace(kubernetes, "static_configs:\n      - targets: [localhost]");
        Path file = Files.writeString(folder.resolve("prometheus.yml"), fixed);
        promtool(List.of("check", "config"), List.of(file));
    }

    /** A missing promtool is a failure: what nobody ran is not tested. */
    private static void promtool(List<String> verb, List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(verb);
        files.forEach(file -> command.add(file.toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("can't run promtool; scripts/install-tools brings it", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.split("SUCCESS", -1)).as(output).hasSize(files.size() + 1);
    }

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
        Set<String> options = Arrays.stream(Setting.values()).map(Setting::flag).collect(Collectors.toSet());
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
