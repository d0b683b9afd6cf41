package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolving;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedPortsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "8008, `Knative's queue-proxy, for profiling`",
                "8012, `Knative's queue-proxy, for requests over HTTP/1`",
                "8013, `Knative's queue-proxy, for requests over HTTP/2`",
                "8112, `Knative's queue-proxy, for requests over TLS`",
                "8022, `Knative's queue-proxy, for its health and the drain at a stop`",
                "9090, `Knative's queue-proxy, for the autoscaler's metrics`",
                "9091, `Knative's queue-proxy, for the metrics of requests`",
                "9081, `KServe's agent, for logging and batching requests`",
                "9088, `KServe, for the metrics of all containers together`"
            })
    void aPortThatAnotherContainerOfThePodHasIsRefused(String port, String owner) {
        assertThat(Resolving.faults("--http-port=" + port, "p"))
                .contains("has a fault\n")
                .contains("--http-port is \"" + port + "\", which another container of the pod uses under Merlin: "
                        + owner + "; expected another port, such as 8080\n");
        assertThat(Options.HTTP_PORT.description()).contains(port);
    }

    @Test
    void theMessageSaysThatAVariableAskedForIt() {
        assertThat(Resolving.faults(List.of("p"), Map.of("CARAML_HTTP_PORT", "9090")))
                .contains("--http-port is \"9090\" (set by the variable CARAML_HTTP_PORT), which another container");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 80, 8009, 8080, 9001, 9092, 65_535})
    void allOtherPortsAreFree(int port) {
        assertThat(Resolving.run("--http-port=" + port, "p").config().get(Options.HTTP_PORT))
                .isEqualTo(port);
    }
}
