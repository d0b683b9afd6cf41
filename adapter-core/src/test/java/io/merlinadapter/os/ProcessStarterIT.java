package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts that fail in a way that no program is to blame for. */
class ProcessStarterIT {
    private static final ByteSink NOWHERE = new ByteSink() {
        @Override
        public void bytes(byte[] buffer, int length) {
            // Not of interest here.
        }

        @Override
        public void end() {
            // Not of interest here.
        }
    };

    private final ChildStarter starter = new ProcessStarter(System.getenv("PATH"), ProgramMemory.ANY);

    /** What becomes of one start. */
    private static class Start implements ChildStarter.Listener {
        final CompletableFuture<Child> begun = new CompletableFuture<>();
        final CompletableFuture<IOException> failure = new CompletableFuture<>();
        final CompletableFuture<Exit> end = new CompletableFuture<>();

        @Override
        public void started(Child child) {
            begun.complete(child);
        }

        @Override
        public void failed(IOException cause) {
            failure.complete(cause);
        }

        @Override
        public void exited(Exit exit) {
            end.complete(exit);
        }
    }

    private Start start(Start listener) {
        ChildStarter.Spec spec =
                new ChildStarter.Spec(List.of("sleep", "86396.5"), Map.of(), "worker-0", NOWHERE, NOWHERE);
        starter.start(() -> spec, listener);
        return listener;
    }

    @Test
    void aStartForWhichTheSystemHasNoThreadFailsAloneAndLeavesNoProcess() throws Exception {
        Start good = start(new Start());
        Child child = good.begun.get(20, TimeUnit.SECONDS);
        Start bad = start(new Start() {
            @Override
            public void started(Child child) {
                super.started(child);
                throw new OutOfMemoryError("unable to create native thread");
            }
        });
        assertThat(bad.failure.get(20, TimeUnit.SECONDS)).hasMessageContaining("native thread");
        assertThat(((ChildProcess) bad.begun.get()).process().waitFor(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(((ChildProcess) child).process().waitFor(500, TimeUnit.MILLISECONDS))
                .isFalse();
        starter.signal(child, "KILL");
        assertThat(good.end.get(20, TimeUnit.SECONDS).bySignal()).isTrue();
    }

    @Test
    void aPreparationThatFailsUnexpectedlyIsAStartThatHasFailed() throws Exception {
        Start listener = new Start();
        starter.start(
                () -> {
                    throw new UnsupportedOperationException("no such sockets");
                },
                listener);
        assertThat(listener.failure.get(20, TimeUnit.SECONDS)).hasMessageContaining("no such sockets");
    }
}
