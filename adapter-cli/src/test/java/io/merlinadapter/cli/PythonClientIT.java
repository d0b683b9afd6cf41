package io.merlinadapter.cli;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Python's gRPC, with the packages that callers of UPI_V1 use, against the real command and a child that is one. */
@SideBySide
final class PythonClientIT implements StdioJsonRpc {
    @Test
    void predictionsAreWhatTheClientsOfTheProtocolExpect() {
        try (Supervised adapter = launchProgram(List.of(), List.of(), "upi", List.of())) {
            adapter.awaitPort();
            PythonClients.test(adapter.process(), "test_predict");
        }
    }

    @Test
    void healthAndReflectionAreWhatToolsExpect() {
        try (Supervised adapter = launchProgram(List.of(), List.of(), "upi", List.of())) {
            adapter.awaitPort();
            PythonClients.test(adapter.process(), "test_health");
        }
    }
}
