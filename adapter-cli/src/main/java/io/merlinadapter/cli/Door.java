package io.merlinadapter.cli;

import io.merlinadapter.dispatch.AdapterState;
import io.merlinadapter.http.Front;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The port: opened when the first worker is ready, closed while none has been for too long, because under Knative and
 * KServe the TCP connect is the only probe there is. Any thread; the front itself keeps the order of what is asked.
 */
final class Door {
    private final Supplier<Future<Front>> opener;
    private final Consumer<Front> opened;
    private final Consumer<Throwable> failed;
    private @Nullable Future<Front> front;
    private boolean stopping;

    /**
     * A door that is still closed.
     *
     * @param opener opens it for the first time
     * @param opened told once when it is open for the first time
     * @param failed told when it can't be opened, at first or again
     */
    Door(Supplier<Future<Front>> opener, Consumer<Front> opened, Consumer<Throwable> failed) {
        this.opener = opener;
        this.opened = opened;
        this.failed = failed;
    }

    /** The adapter is in another state. */
    synchronized void follow(AdapterState state) {
        if (stopping) {
            return;
        }
        if (state == AdapterState.READY && front == null) {
            front = opener.get().onSuccess(opened::accept).onFailure(failed::accept);
        } else if (state == AdapterState.READY && front != null) {
            front.onSuccess(port -> port.reopen().onFailure(this::notReopened));
        } else if (state == AdapterState.SHUT && front != null) {
            front.onSuccess(Front::shut);
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
        if (front != null) {
            front.onSuccess(Front::announceStop);
        }
    }

    /** Closes the port; completes when nothing is under way any more, at the latest after {@code within}. */
    synchronized Future<Void> stop(Duration within) {
        stopping = true;
        // A port that could not be opened needs no closing.
        return front == null
                ? Future.succeededFuture()
                : front.compose(port -> port.stop(within)).otherwiseEmpty();
    }
}
