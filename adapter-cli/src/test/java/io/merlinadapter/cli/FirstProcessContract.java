package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
        List<String> namespace = namespace();
        assumeTrue(!namespace.isEmpty(), "this user may make no process namespace");
        List<String> prefix = new ArrayList<>(namespace);
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

    /** The words that start a command in a namespace of its own; none where that is not allowed. */
    private static List<String> namespace() throws IOException, InterruptedException {
        List<String> root = List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");
        List<String> user = new ArrayList<>(root);
        user.addAll(List.of("--user", "--map-root-user"));
        for (List<String> words : List.of(root, user)) {
            List<String> probe = new ArrayList<>(words);
            probe.add("true");
            if (new ProcessBuilder(probe).start().waitFor() == 0) {
                return words;
            }
        }
        return List.of();
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
