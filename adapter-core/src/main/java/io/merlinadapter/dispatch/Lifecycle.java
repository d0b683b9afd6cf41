package io.merlinadapter.dispatch;

import io.merlinadapter.loop.Loop;
import io.merlinadapter.loop.Spans;
import io.merlinadapter.predict.Health;
import io.merlinadapter.worker.GaveUp;
import io.merlinadapter.worker.PoolStats;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the adapter from state to state, and says how healthy it is in each. For the loop, but for {@link #health()}. */
final class Lifecycle {
    static final String STOPPING = "the adapter is stopping";
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    private final Loop loop;
    private final Duration unreadyGrace;
    private Consumer<AdapterState> listener = state -> {};
    private AdapterState state = AdapterState.STARTING;
    private Loop.@Nullable Timer grace;
    private volatile Health health = Health.notReady("no worker is ready yet");

    Lifecycle(Loop loop, Duration unreadyGrace) {
        this.loop = loop;
        this.unreadyGrace = unreadyGrace;
    }

    void onMove(Consumer<AdapterState> listener) {
        this.listener = listener;
    }

    /** As of the last change. Any thread. */
    Health health() {
        return health;
    }

    AdapterState state() {
        return state;
    }

    /** A worker has changed its state. */
    void poolChanged(PoolStats pool, String figures) {
        boolean ready = pool.ready() > 0;
        switch (state) {
            case STARTING, UNREADY, SHUT -> {
                if (ready) {
                    stopGrace();
                    moveTo(AdapterState.READY, Health.READY, "it serves", figures);
                } else {
                    health = unready(pool, figures);
                }
            }
            case READY -> {
                if (!ready) {
                    moveTo(AdapterState.UNREADY, unready(pool, figures), "no worker is ready", figures);
                    grace = loop.after(unreadyGrace, () -> shut(figures));
                }
            }
            case GIVEN_UP, DRAINING, TERMINATING, STOPPED -> {
                // Whatever the workers do now changes nothing.
            }
        }
    }

    /** Live as long as a worker is on its way. */
    private static Health unready(PoolStats pool, String figures) {
        String reason = "no worker is ready: " + figures;
        return pool.due() > 0 ? Health.notReady(reason) : Health.dead(reason + ", and none is on its way");
    }

    private void shut(String figures) {
        if (state == AdapterState.UNREADY) {
            String why = "no worker has been ready for " + Spans.show(unreadyGrace) + " (--unready-grace)";
            Health since = health.live() ? Health.notReady(why) : Health.dead(why);
            moveTo(AdapterState.SHUT, since, why, figures);
        }
    }

    void gaveUp(GaveUp gaveUp, String figures) {
        if (state.mayBecome(AdapterState.GIVEN_UP)) {
            moveTo(AdapterState.GIVEN_UP, Health.dead(gaveUp.reason()), gaveUp.reason(), figures);
        }
    }

    /** The adapter is to stop; does nothing when it is stopping already. */
    void drain(String figures) {
        if (state.mayBecome(AdapterState.DRAINING)) {
            stopGrace();
            Health last = health.live() ? Health.notReady(STOPPING) : health;
            moveTo(AdapterState.DRAINING, last, "it stops; what still comes is served", figures);
        }
    }

    /** The workers are to be ended. */
    void terminate(String figures) {
        drain(figures);
        if (state.mayBecome(AdapterState.TERMINATING)) {
            moveTo(AdapterState.TERMINATING, health, "it ends its workers", figures);
        }
    }

    /** No worker is left. */
    void stopped(String figures) {
        moveTo(AdapterState.STOPPED, health, "no worker is left", figures);
    }

    private void stopGrace() {
        if (grace != null) {
            grace.stop();
        }
    }

    private void moveTo(AdapterState next, Health then, String why, String figures) {
        loop.check();
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("the adapter is " + state + " and can't become " + next);
        }
        state = next;
        health = then;
        log.info("adapter: {}, {}; {}", next, why, figures);
        listener.accept(next);
    }
}
