package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwitchesTest {

    private static final String SWITCH = "--retry-on-worker-loss";

    private static boolean isOn(Resolved resolved) {
        return resolved.config().get(Options.RETRY_ON_WORKER_LOSS);
    }

    @Test
    void aSwitchThatStandsAloneIsOnAndLeavesTheProgramAlone() {
        Resolved resolved = Resolving.run(SWITCH, "python3", "x.py");

        assertThat(isOn(resolved)).isTrue();
        assertThat(resolved.config().command()).containsExactly("python3", "x.py");
        assertThat(Resolving.value(resolved, Options.RETRY_ON_WORKER_LOSS).line(100))
                .isEqualTo("retry-on-worker-loss=true (--retry-on-worker-loss)");
    }

    @Test
    void aSwitchThatStandsAloneLeavesTheNextOptionAlone() {
        Resolved resolved = Resolving.run(SWITCH, "--workers", "2", SWITCH, "--", SWITCH, "-x");

        assertThat(isOn(resolved)).isTrue();
        assertThat(resolved.config().get(Options.WORKERS)).isEqualTo(2);
        assertThat(resolved.config().command()).containsExactly(SWITCH, "-x");
    }

    @Test
    void aSwitchMayBeTheLastWordWhenAVariableHoldsTheProgram() {
        Resolved resolved = Resolving.run(List.of(SWITCH), Map.of("ADAPTER_COMMAND", "python3 x.py"));

        assertThat(isOn(resolved)).isTrue();
        assertThat(resolved.config().command()).containsExactly("python3", "x.py");
    }

    @ParameterizedTest
    @CsvSource({"=true, true", "=TRUE, true", "=false, false", "=False, false"})
    void anAttachedValueCounts(String attached, boolean on) {
        assertThat(isOn(Resolving.run(SWITCH + attached, "p"))).isEqualTo(on);
    }

    @Test
    void theVariableHoldsTrueOrFalseAndTheSwitchWins() {
        Map<String, String> on = Map.of("ADAPTER_RETRY_ON_WORKER_LOSS", "true");
        Map<String, String> off = Map.of("ADAPTER_RETRY_ON_WORKER_LOSS", "false");

        assertThat(isOn(Resolving.run(List.of("p"), on))).isTrue();
        assertThat(isOn(Resolving.run(List.of("p"), off))).isFalse();
        assertThat(isOn(Resolving.run(List.of(SWITCH, "p"), off))).isTrue();
        assertThat(isOn(Resolving.run(List.of(SWITCH + "=false", "p"), on))).isFalse();
    }

    @Test
    void theLastOfARepeatedSwitchCounts() {
        Resolved resolved = Resolving.run(SWITCH, SWITCH + "=false", "p");

        assertThat(isOn(resolved)).isFalse();
        assertThat(resolved.warnings()).containsExactly(SWITCH + " is given 2 times; the last one counts, \"false\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "on", "python3"})
    void anyOtherValueIsAFault(String value) {
        assertThat(Resolving.faults(SWITCH + "=" + value, "p"))
                .contains("has a fault\n")
                .contains(SWITCH + " is \"" + value + "\"; expected true or false");
    }

    @Test
    void aValueSetApartIsAFaultThatSaysWhereToPutIt() {
        assertThat(Resolving.faults(SWITCH, "false", "--", "python3", "x.py"))
                .contains("has a fault\n")
                .contains(SWITCH + " is followed by \"false\", which would be the program to run; expected " + SWITCH
                        + "=false");
        assertThat(Resolving.run(SWITCH, "--", "true").config().command()).containsExactly("true");
        assertThat(Resolving.run("--workers=2", "false").config().command()).containsExactly("false");
    }
}
