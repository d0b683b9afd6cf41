package io.merlinadapter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThreadGuardTest {
    private final List<String> ends = new ArrayList<>();
    private boolean possible;

    private final ThreadGuard guard = new ThreadGuard(
            () -> {
                if (!possible) {
                    throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
                }
            },
            ends::add);

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            guard.look();
        }
    }

    @Test
    void endsAfterSoManyThreadsInARowThatCanNotBeMade() {
        look(ThreadGuard.MOST_FAILURES - 1);
        assertThat(ends).isEmpty();
        look(1);
        assertThat(ends).singleElement().asString().contains("for 5 s", "no signal", "ulimit -u", "pids.max");
    }

    @Test
    void aShortageThatPassesEndsNothing() {
        look(ThreadGuard.MOST_FAILURES - 1);
        possible = true;
        look(1);
        possible = false;
        look(ThreadGuard.MOST_FAILURES - 1);
        assertThat(ends).isEmpty();
    }

    @Test
    void aThreadThatTheAdapterCouldNotMakeEndsItAtOnceAndNoOtherErrorDoes() {
        guard.uncaughtException(Thread.currentThread(), new IllegalStateException("a fault"));
        guard.uncaughtException(Thread.currentThread(), new OutOfMemoryError("Java heap space"));
        assertThat(ends).isEmpty();
        guard.uncaughtException(Thread.currentThread(), new OutOfMemoryError("unable to create native thread"));
        assertThat(ends).hasSize(1);
    }
}
