package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.does;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.MemoryGroup;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Programs that take more memory than there is. */
interface MemoryContract extends Supervision {
    /** Room for the adapter and an ordinary program. */
    long LIMIT_MEBIBYTES = 700;

    @Test
    default void aProgramThatIsKilledForItsMemoryIsReplacedAndTheMemoryIsNamed() throws IOException {
        Optional<MemoryGroup> group = MemoryGroup.create(LIMIT_MEBIBYTES << 20);
        if (group.isPresent()) {
            try (MemoryGroup limited = group.get();
                    Supervised adapter = launchBehind(limited.prefix(), List.of(WARMUP), DeathContract.SLOW_START)) {
                adapter.awaitPort();
                adapter.post(does("['hold_memory'," + 2 * LIMIT_MEBIBYTES + "]"))
                        .isError(502, "out of memory");
                adapter.diedOf("oom", 1);
                adapter.logs("out of memory");
                checkReplaced(adapter);
            }
        } else {
            // Without a limit that is ours to set, what remains to be seen is that nothing is said without proof.
            try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
                Told told = adapter.post(does("['signal','SIGKILL']"));
                told.isError(502, "signal 9 (SIGKILL)");
                adapter.diedOf("signal", 1);
                assertThat(adapter.output()).doesNotContain("out of memory");
                checkReplaced(adapter);
            }
        }
    }

    private static void checkReplaced(Supervised adapter) {
        adapter.serves("after");
        adapter.wasUnreadyOnce();
        assertThat(adapter.failures("worker_lost")).isEqualTo(1);
        assertThat(adapter.starts()).isEqualTo(2);
    }
}
