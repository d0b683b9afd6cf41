package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.PythonClients;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.Supervised;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Python's gRPC, with the packages that callers of UPI_V1 use, against the real command and a child that is one. */
@SideBySide
final class PythonClientIT implements StdioJsonRpc {
    @BeforeAll
    static void prepare() {
        PythonClients.prepare();
    }

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

    @Test
    void aProgramMadeForHttpAnswersFramesOfPandasUnchanged() {
        Path program = AdapterProcess.ROOT.resolve("examples/surge-pricing-python/predict.py");
        List<String> options = List.of("--upi-payload=instances");
        try (AdapterProcess adapter =
                AdapterProcess.launch(Path.of("."), Map.of(), options, List.of("python3", "-B", program.toString()))) {
            adapter.awaitPort();
            PythonClients.test(adapter, "test_instances");
        }
    }

    @Test
    void aStopIsToldToWhoWatchesAndCallsUnderWayAreAnswered() {
        try (Supervised adapter = launchProgram(List.of(), List.of(), "upi", List.of())) {
            adapter.awaitPort();
            PythonClients.test(adapter.process(), "test_stop");
            assertThat(adapter.process().exitCode()).isZero();
        }
    }
}
