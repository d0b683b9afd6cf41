package io.merlinadapter.cli.run;

import io.merlinadapter.dispatch.AdapterState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports: opened when the first worker is ready, closed while none has been for too long, because under Knative and
 * KServe the TCP connect is the only probe there is. Any thread; each port keeps the order of what is asked.
 */
final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A minute of them. */
    private static final int SILENT_TRIES = 60;

    private final Supplier<Future<Ports>> opener;
    private final Consumer<Ports> opened;
    private final Consumer<Throwable> failed;
    private final BiConsumer<Duration, Runnable> after;
    private @Nullable Future<Ports> ports;
    /** Of what is wanted: how often it has changed. What was begun before the last change is not gone on with. */
    private int changes;

    private int failures;
    private boolean stopping;

    /**
     * A door that is still closed.
     *
     * @param opener opens it for the first time
     * @param opened told once when it is open for the first time
     * @param failed told when it can't be opened for the first time
     * @param after runs a task after a while
     */
    Door(
            Supplier<Future<Ports>> opener,
            Consumer<Ports> opened,
            Consumer<Throwable> failed,
            BiConsumer<Duration, Runnable> after) {
        this.opener = opener;
        this.opened = opened;
        this.failed = failed;
        this.after = after;
    }

    /** The adapter is in another state. */
    synchronized void follow(AdapterState state) {
        if (stopping) {
            return;
        }
        if (state == AdapterState.READY && ports == null) {
            open();
        } else if (state == AdapterState.READY && ports != null) {
            reopen(++changes);
        } else if (state == AdapterState.SHUT && ports != null) {
            changes++;
            ports.onSuccess(Ports::shut);
        }
    }

    /** Opens it for the first time, whether or not a worker is ready. */
    synchronized void open() {
        if (!stopping && ports == null) {
            ports = opener.get().onSuccess(opened::accept).onFailure(failed::accept);
        }
    }

    /** For as long as it takes: whoever has taken the port meanwhile may let go of it. */
    private synchronized void reopen(int change) {
        if (!stopping && change == changes && ports != null) {
            ports.onSuccess(all -> all.reopen().onComplete(open -> reopened(), why -> notReopened(change, why)));
        }
    }

    private synchronized void reopened() {
        if (failures > 0) {
            LOG.info("the port is open again");
        }
        failures = 0;
    }

    private synchronized void notReopened(int change, Throwable failure) {
        // A stop, or another death of the program, may have overtaken it.
        if (stopping || change != changes) {
            return;
        }
        if (failures++ % SILENT_TRIES == 0) {
            LOG.warn("{}; it is tried again every {} s", failure.getMessage(), PAUSE.toSeconds());
        }
        after.accept(PAUSE, () -> reopen(change));
    }

    /** Asks callers on open connections to go elsewhere, and serves them. */
    synchronized void announceStop() {
        stopping = true;
        if (ports != null) {
            ports.onSuccess(Ports::announceStop);
        }
    }

    /** Closes the port; completes when nothing is under way any more, at the latest after {@code within}. */
    synchronized Future<Void> stop(Duration within) {
        stopping = true;
        // A port that could not be opened needs no closing.
        return ports == null
                ? Future.succeededFuture()
                : ports.compose(all -> all.stop(within)).otherwiseEmpty();
    }
}
