package io.merlinadapter.cli;

import io.merlinadapter.dispatch.AdapterState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ports: opened when the first worker is ready, closed while none has been for too long, because under Knative and
 * KServe the TCP connect is the only probe there is. Any thread; each port keeps the order of what is asked.
 */
final class Door {
    private final Supplier<Future<Ports>> opener;
    private final Consumer<Ports> opened;
    private final Consumer<Throwable> failed;
    private @Nullable Future<Ports> ports;
    private boolean stopping;

    /**
     * A door that is still closed.
     *
     * @param opener opens it for the first time
     * @param opened told once when it is open for the first time
     * @param failed told when it can't be opened, at first or again
     */
    Door(Supplier<Future<Ports>> opener, Consumer<Ports> opened, Consumer<Throwable> failed) {
        this.opener = opener;
        this.opened = opened;
        this.failed = failed;
    }

    /** The adapter is in another state. */
    synchronized void follow(AdapterState state) {
        if (stopping) {
            return;
        }
        if (state == AdapterState.READY && ports == null) {
            ports = opener.get().onSuccess(opened::accept).onFailure(failed::accept);
        } else if (state == AdapterState.READY && ports != null) {
            ports.onSuccess(all -> all.reopen().onFailure(this::notReopened));
        } else if (state == AdapterState.SHUT && ports != null) {
            ports.onSuccess(Ports::shut);
        }
    }

    private synchronized void notReopened(Throwable failure) {
        // A stop may have overtaken it.
        if (!stopping) {
            failed.accept(failure);
        }
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
