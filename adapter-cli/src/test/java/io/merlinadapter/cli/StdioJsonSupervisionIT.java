package io.merlinadapter.cli;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract over stdin and stdout with bare JSON lines. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class StdioJsonSupervisionIT implements SupervisionContract {
    @Override
    public List<String> child(String... vices) {
        return Children.scripted(vices);
    }

    @Override
    public List<String> options() {
        return List.of();
    }
}
