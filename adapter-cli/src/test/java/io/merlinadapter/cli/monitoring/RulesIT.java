package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.SideBySide;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool takes the rules, their tests and the scrape configuration. */
@SideBySide
class RulesIT {
    private static final Pattern SCRAPE = Pattern.compile("```yaml\\n(scrape_configs:(?s:.*?))```");

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
        Matcher block = SCRAPE.matcher(Files.readString(Rules.FOLDER.resolve("README.md")));
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
}
