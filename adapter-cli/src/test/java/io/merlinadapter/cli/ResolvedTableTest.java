package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolvedTableTest {

    @Test
    void eachOptionHasALineWithItsSource() {
        Resolved resolved = Resolving.run(
                List.of("--http-port=80", "sh", "-c", "a b", ""), Map.of("WORKERS", "2", "LOG_LEVEL", "WARNING"));

        assertThat(ResolvedTable.render(resolved).lines())
                .hasSize(2 + Options.all().size())
                .startsWith("configuration", "  command=sh -c \"a b\" \"\"", "  model-name=model (default)")
                .contains(
                        "  model-full-name=model-1 ({name}-{version})",
                        "  workers=2 (WORKERS)",
                        "  http-port=80 (--http-port)",
                        "  warmup=unset (default)",
                        "  drain-delay=auto (0s) (default)",
                        "  retry-on-worker-loss=false (default)",
                        "  max-rss=0 (default)",
                        "  log-level=warn (LOG_LEVEL)");
    }

    @Test
    void longValuesAreShortenedToOneLine() {
        Resolved resolved = Resolving.run("--warmup=[1,\n" + "2,".repeat(1000) + "3]", "p", "x".repeat(1000));

        assertThat(ResolvedTable.render(resolved).lines())
                .contains("  warmup=[1, " + "2,".repeat(48) + "… (--warmup)")
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(320));
    }

    @Test
    void theTableAtTheStartShowNoSecret() {
        Resolved resolved = Resolving.run("prog", "--api-key=S3cret", "--password", "S3 cret");
        assertThat(ResolvedTable.render(resolved))
                .contains("command=prog --api-key=*** --password ***\n")
                .doesNotContain("S3");
        Resolved fromVariable = Resolving.run(List.of(), Map.of("ADAPTER_COMMAND", "prog --token 'S3 cret'"));
        assertThat(ResolvedTable.render(fromVariable))
                .contains("command=prog --token ***\n")
                .doesNotContain("S3");
    }
}
