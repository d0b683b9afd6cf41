package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolvedTableTest {

    @Test
    void eachOptionHasALineWithItsSource() {
        Resolved resolved = Resolving.run(
                List.of("--http-port=80", "sh", "-c", "a b", ""), Map.of("WORKERS", "2", "LOG_LEVEL", "WARNING"));

        assertThat(ResolvedTable.render(resolved.config()).lines())
                .hasSize(1 + Options.all().size())
                .startsWith("command=sh -c \"a b\" \"\"", "model-name=model (default)")
                .contains(
                        "model-full-name=model-1 ({name}-{version})",
                        "workers=2 (WORKERS)",
                        "http-port=80 (--http-port)",
                        "warmup=unset (default)",
                        "drain-delay=auto (0s) (default)",
                        "retry-on-worker-loss=false (default)",
                        "max-rss=0 (default)",
                        "log-level=warn (LOG_LEVEL)");
    }

    @Test
    void longValuesAreShortenedToOneLine() {
        Resolved resolved = Resolving.run("--warmup=[1,\n" + "2,".repeat(1000) + "3]", "p", "x".repeat(1000));

        assertThat(ResolvedTable.render(resolved.config()).lines())
                .contains("warmup=[1, " + "2,".repeat(48) + "… (--warmup)")
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(320));
    }

    @Test
    void theTableAtTheStartShowNoSecret() {
        Resolved resolved = Resolving.run("prog", "--api-key=S3cret", "--password", "S3 cret");
        assertThat(ResolvedTable.render(resolved.config()))
                .contains("command=prog --api-key=*** --password ***\n")
                .doesNotContain("S3");
        Resolved fromVariable = Resolving.run(List.of(), Map.of("ADAPTER_COMMAND", "prog --token 'S3 cret'"));
        assertThat(ResolvedTable.render(fromVariable.config()))
                .contains("command=prog --token ***\n")
                .doesNotContain("S3");
    }

    @Test
    void theLineAtTheStartHasWhatSomebodyHasSet() {
        Resolved resolved = Resolving.run(
                List.of("--workers=2", "--pushgateway-url=u:secret@gw", "prog", "--token", "S3cret"),
                Map.of("ADAPTER_UPI_PAYLOAD", "Instances"));

        assertThat(ResolvedTable.summary(resolved.config()))
                .isEqualTo("configuration: program prog --token ***; --workers=2 (flag),"
                        + " --upi-payload=instances (ADAPTER_UPI_PAYLOAD), --pushgateway-url=http://***@gw (flag);"
                        + " all else is default: --print-config shows it");
        assertThat(ResolvedTable.members(resolved.config()))
                .containsExactly(
                        Map.entry("command", "prog --token ***"),
                        Map.entry("workers", "2"),
                        Map.entry("upi-payload", "instances"),
                        Map.entry("pushgateway-url", "http://***@gw"));
        assertThat(ResolvedTable.summary(Resolving.run("p").config()))
                .isEqualTo("configuration: program p; all is default: --print-config shows it");
    }

    @Test
    void whatACommandSetsForItselfIsNotSaidToBeAFlag() {
        DevCommand dev =
                new DevCommand(List.of("--workers=2", "p"), Map.of("ADAPTER_GIVE_UP_AFTER", "7"), Resolving.MACHINE);
        Config config = ((Outcome.Run) dev.resolve()).resolved().config();

        assertThat(ResolvedTable.summary(config))
                .isEqualTo("configuration: program p; --workers=2 (flag), --give-up-after=7 (ADAPTER_GIVE_UP_AFTER);"
                        + " all else is default: --print-config shows it");
        assertThat(ResolvedTable.render(config)).contains("host=127.0.0.1 (default of this command)");
    }
}
