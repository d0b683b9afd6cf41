package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.HealthPublisher;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.text.Durations;
import io.merlinadapter.worker.WorkerPool;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Moves the adapter from state to state, and says how healthy it is in each. Event loop only, but for {@link #health()} and
 * {@link #watchHealth}.
 */
final class Lifecycle {
    private static final String STOPPING = "the adapter is stopping";
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final EventLoop loop;
    private final Duration unreadyGrace;
    private final Supplier<String> figures;
    private final HealthPublisher health = new HealthPublisher(Health.notReady("no worker is ready yet"));
    private Consumer<AdapterState> listener = state -> {};
    private AdapterState state = AdapterState.STARTING;
    private EventLoop.@Nullable Timer grace;
    private boolean hopeless;

    /**
     * A life that has not begun to serve.
     *
     * @param unreadyGrace how long no worker may be ready before the ports are to be closed
     * @param figures what every change is logged with
     */
    Lifecycle(EventLoop loop, Duration unreadyGrace, Supplier<String> figures) {
        this.loop = loop;
        this.unreadyGrace = unreadyGrace;
        this.figures = figures;
    }

    void onMove(Consumer<AdapterState> listener) {
        this.listener = listener;
    }

    /** As of the last change. Any thread. */
    Health health() {
        return health.now();
    }

    /** Any Vert.x context. */
    Predictor.HealthSubscription watchHealth(Consumer<Health> watcher) {
        return health.watch(watcher);
    }

    /** True if a new request may be let in. */
    boolean admits() {
        return state != AdapterState.SHUT && mayServe();
    }

    /** True if a request that waits may still get a worker. */
    boolean mayServe() {
        return !hopeless && state.compareTo(AdapterState.TERMINATING) < 0;
    }

    /** A worker has changed its state. */
    void poolChanged(WorkerPool.Stats pool) {
        boolean ready = pool.ready() > 0;
        switch (state) {
            case STARTING, UNREADY, SHUT -> {
                if (ready) {
                    stopGrace();
                    moveTo(AdapterState.READY, Health.READY, "a worker is ready");
                } else {
                    health.become(unready(pool));
                }
            }
            case READY -> {
                if (!ready) {
                    moveTo(AdapterState.UNREADY, unready(pool), "no worker is ready");
                    grace = loop.after(unreadyGrace, this::shut);
                }
            }
            case GIVEN_UP, DRAINING, TERMINATING, STOPPED -> {
                // Whatever the workers do now changes nothing.
            }
        }
    }

    /** Live as long as a worker is on its way. */
    private Health unready(WorkerPool.Stats pool) {
        String reason = "no worker is ready: " + figures.get();
        return pool.due() > 0 ? Health.notReady(reason) : Health.dead(reason + ", and none is on its way");
    }

    private void shut() {
        if (state == AdapterState.UNREADY) {
            String why = "no worker has been ready for " + Durations.show(unreadyGrace) + " (--unready-grace)";
            Health since = health().live() ? Health.notReady(why) : Health.dead(why);
            moveTo(AdapterState.SHUT, since, why + "; new connections are refused until one is");
        }
    }

    void gaveUp(String reason) {
        hopeless = true;
        if (state.mayBecome(AdapterState.GIVEN_UP)) {
            stopGrace();
            // Whoever ends the adapter for it says why.
            moveTo(AdapterState.GIVEN_UP, Health.dead(reason), "the program can't be kept running");
        }
    }

    /** The adapter is to stop; does nothing when it is stopping already. */
    void drain() {
        // One that has given up has nothing to serve with.
        if (state.mayBecome(AdapterState.DRAINING)) {
            stopGrace();
            Health last = health().live() ? Health.notReady(STOPPING) : health();
            moveTo(AdapterState.DRAINING, last, "it stops; what still comes is served");
        }
    }

    /** The workers are to be ended. */
    void terminate() {
        drain();
        if (state.mayBecome(AdapterState.TERMINATING)) {
            moveTo(AdapterState.TERMINATING, health(), "it ends its workers");
        }
    }

    /** No worker is left. */
    void stopped() {
        moveTo(AdapterState.STOPPED, health(), "no worker is left");
    }

    private void stopGrace() {
        if (grace != null) {
            grace.stop();
        }
    }

    private void moveTo(AdapterState next, Health then, String why) {
        loop.check();
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("the adapter is " + state + " and can't become " + next);
        }
        state = next;
        health.become(then);
        // The last two are steps of an end that is told before and after them.
        boolean isStep = next == AdapterState.TERMINATING || next == AdapterState.STOPPED;
        LOG.atLevel(isStep ? Level.DEBUG : Level.INFO).log("adapter: {}, {}; {}", next, why, figures.get());
        listener.accept(next);
    }
}
