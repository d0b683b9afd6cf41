package io.merlinadapter.cli.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Namespaces;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter as a container has it: as the first process, or right behind a small init. */
interface FirstProcessContract extends Supervision {
    @ParameterizedTest
    @ValueSource(strings = {"", "tini"})
    default void theFirstProcessReplacesAKilledProgramAndEndsWell(String init) throws Exception {
        List<String> prefix = new ArrayList<>(Namespaces.processes());
        prefix.addAll(init.isEmpty() ? List.of() : List.of(init, "--"));
        try (Supervised adapter = launchBehind(prefix, List.of(WARMUP), DeathContract.SLOW_START)) {
            try {
                adapter.awaitPort();
                Processes.signal(outside(adapter, adapter.child()).orElseThrow(), "KILL");
                adapter.diedOf("signal", 1);
                adapter.serves("after");
                adapter.wasUnreadyOnce();
            } finally {
                // The process that we started is outside, and passes nothing on.
                outside(adapter, 1).ifPresent(first -> Processes.signal(first, "TERM"));
            }
            assertThat(adapter.process().exitCode()).isZero();
        }
    }

    /** The number that a process of the namespace has out here. */
    private static Optional<Long> outside(Supervised adapter, long inside) {
        return ProcessHandle.of(adapter.process().pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .filter(pid -> Processes.numberInside(pid) == inside)
                .findFirst();
    }
}
