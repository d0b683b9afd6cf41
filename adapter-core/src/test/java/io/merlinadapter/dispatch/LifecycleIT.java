package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The states of the adapter, and what each says and takes. */
class LifecycleIT {
    private final CoreHarness.Options options = new CoreHarness.Options();
    private final List<AdapterState> moves = new CopyOnWriteArrayList<>();

    private CoreHarness serve() {
        CoreHarness rig = options.start();
        rig.await(rig.onLoop(() -> {
            rig.dispatcher.onMove(moves::add);
            return true;
        }));
        rig.until(() -> rig.dispatcher.health().ready());
        return rig;
    }

    @Test
    void withNoWorkerReadyForTheGraceThePortsAreToBeClosedUntilOneIs() {
        options.command = CoreHarness.scripted("load=1.5");
        options.warmup = "{}";
        options.unreadyGrace = Duration.ofMillis(300);
        try (CoreHarness rig = serve()) {
            assertThat(rig.failure("{\"do\":[[\"exit\",1]]}").kind()).isEqualTo(FailureKind.WORKER_LOST);
            rig.until(() -> moves.contains(AdapterState.SHUT));
            assertThat(rig.dispatcher.health().ready()).isFalse();
            assertThat(rig.dispatcher.health().live()).isTrue();
            PredictException refusal = rig.failure("{}");
            assertThat(refusal).hasMessageContaining("--unready-grace");
            assertThat(refusal.kind()).isEqualTo(FailureKind.NOT_READY);
            rig.until(() -> rig.dispatcher.health().ready());
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(moves).endsWith(AdapterState.UNREADY, AdapterState.SHUT, AdapterState.READY);
        }
    }

    @Test
    void aQuickRestartClosesNothing() {
        try (CoreHarness rig = serve()) {
            rig.failure("{\"do\":[[\"exit\",1]]}");
            rig.until(() -> rig.dispatcher.health().ready());
            assertThat(moves).endsWith(AdapterState.UNREADY, AdapterState.READY).doesNotContain(AdapterState.SHUT);
        }
    }

    @Test
    void whoWatchesTheHealthHearsOfALostWorkerOfItsHeirAndOfTheStop() {
        List<Boolean> ready = new CopyOnWriteArrayList<>();
        try (CoreHarness rig = serve()) {
            rig.loop.context().runOnContext(v -> rig.dispatcher.watchHealth(health -> ready.add(health.ready())));
            rig.failure("{\"do\":[[\"exit\",1]]}");
            rig.until(() -> ready.contains(true));
            assertThat(ready).startsWith(false).endsWith(true);
            rig.await(rig.onLoop(() -> {
                rig.dispatcher.drain();
                return true;
            }));
            rig.until(() -> !ready.get(ready.size() - 1));
        }
    }

    @Test
    void whileItDrainsItIsNotReadyAndStillServes() {
        try (CoreHarness rig = serve()) {
            rig.await(rig.onLoop(() -> {
                rig.dispatcher.drain();
                return true;
            }));
            assertThat(rig.dispatcher.health().ready()).isFalse();
            assertThat(rig.dispatcher.health().live()).isTrue();
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            rig.await(rig.onLoop(rig.dispatcher::terminate).compose(stopped -> stopped));
            assertThat(rig.failure("{}").kind()).isEqualTo(FailureKind.NOT_READY);
            assertThat(moves).endsWith(AdapterState.DRAINING, AdapterState.TERMINATING, AdapterState.STOPPED);
        }
    }

    @Test
    void whatWaitsWhenThereIsNoHopeIsToldSoAtOnceAndSoIsWhatComesWhileItDrains(@TempDir Path folder) {
        options.command = CoreHarness.scripted("once=" + folder.resolve("started"));
        options.giveUpAfter = 2;
        // Its next start counts as ready at once and is given a request it never reads.
        options.settle = Duration.ZERO;
        try (CoreHarness rig = serve()) {
            Future<String> deadly = rig.predict("{\"do\":[[\"sleep\",100],[\"exit\",1]]}");
            Future<String> waiting = rig.predict("{}", Duration.ofMinutes(1));
            assertThat(rig.failure(deadly).kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(rig.failure(waiting)).hasMessageContaining("2 starts in a row");
            rig.await(rig.onLoop(() -> {
                rig.dispatcher.drain();
                return true;
            }));
            assertThat(rig.failure("{}").kind()).isEqualTo(FailureKind.NOT_READY);
        }
    }

    @Test
    void whatComesBackWhenTheWorkersAreEndedIsRefusedAtOnce() {
        options.retryOnWorkerLoss = true;
        try (CoreHarness rig = serve()) {
            Future<String> inside = rig.predict("{\"do\":[[\"sleep\",60000]]}", Duration.ofMinutes(1));
            rig.until(() -> rig.pool.stats().inFlight() == 1);
            Future<Void> stopped = rig.onLoop(rig.dispatcher::terminate).compose(result -> result);
            rig.onLoop(() -> {
                rig.pool.hurry();
                return true;
            });
            rig.await(stopped);
            assertThat(rig.failure(inside).kind()).isEqualTo(FailureKind.NOT_READY);
        }
    }
}
