package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolved;
import io.merlinadapter.cli.Resolving;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlatformTest {

    static final Map<String, String> KUBERNETES = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    static final Map<String, String> KNATIVE = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "K_SERVICE", "fares-1");

    private static String delay(List<String> args, Map<String, String> env) {
        Resolved resolved = Resolving.run(args, env);
        String shown = Resolving.value(resolved, Options.DRAIN_DELAY).line(100);
        return resolved.config().get(Options.DRAIN_DELAY).toSeconds() + "s: " + shown;
    }

    @Test
    void theDelayOfAStopDependsOnThePlatform() {
        List<String> program = List.of("p");

        assertThat(delay(program, Map.of())).isEqualTo("0s: drain-delay=auto (0s) (default)");
        assertThat(delay(program, KNATIVE)).isEqualTo("0s: drain-delay=auto (0s) (default)");
        assertThat(delay(program, KUBERNETES)).isEqualTo("5s: drain-delay=auto (5s) (default)");
    }

    @Test
    void aDelayThatIsGivenCountsOnAnyPlatform() {
        assertThat(delay(List.of("--drain-delay=3s", "p"), KUBERNETES)).isEqualTo("3s: drain-delay=3s (--drain-delay)");
        assertThat(delay(List.of("--drain-delay=0", "p"), KUBERNETES)).isEqualTo("0s: drain-delay=0s (--drain-delay)");
        assertThat(delay(List.of("--drain-delay=3s", "p"), KNATIVE)).startsWith("3s");
        assertThat(delay(List.of("--drain-delay=auto", "p"), KUBERNETES))
                .isEqualTo("5s: drain-delay=auto (5s) (--drain-delay)");
    }

    @Test
    void anEmptyVariableNamesNoPlatform() {
        assertThat(Platform.of(Map.of("K_SERVICE", "", "KUBERNETES_SERVICE_HOST", "")))
                .isEqualTo(Platform.OTHER);
        assertThat(Platform.of(Map.of("K_SERVICE", "", "KUBERNETES_SERVICE_HOST", "10.0.0.1"))
                        .drainDelay())
                .isEqualTo(Duration.ofSeconds(5));
    }
}
