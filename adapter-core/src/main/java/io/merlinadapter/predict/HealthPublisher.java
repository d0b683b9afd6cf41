package io.merlinadapter.predict;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Holds the current health and tells its watchers of changes, each on its own Vert.x context. Any thread may read and
 * subscribe; only one thread at a time may publish.
 */
public final class HealthPublisher {
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile Health now;

    public HealthPublisher(Health first) {
        this.now = first;
    }

    /** The current health. */
    public Health now() {
        return now;
    }

    /** Publishes a new health. No watcher is called before this returns: each is called later, on its context. */
    public void become(Health next) {
        boolean changed = !next.equals(now);
        now = next;
        if (changed) {
            // A watcher that is added now is not told, but reads the new value right after subscribing.
            watches.forEach(Watch::tellSoon);
        }
    }

    /** As {@link Predictor#watchHealth}. */
    public Predictor.HealthSubscription watch(Consumer<Health> watcher) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("health is watched on "
                    + Thread.currentThread().getName() + " (expected: a Vert.x context, to tell the watcher on)");
        }
        Watch watch = new Watch(context, watcher);
        watches.add(watch);
        return watch;
    }

    /** The number of running subscriptions. */
    int watchers() {
        return watches.size();
    }

    private final class Watch implements Predictor.HealthSubscription {
        private final Context context;
        private final Consumer<Health> watcher;

        Watch(Context context, Consumer<Health> watcher) {
            this.context = context;
            this.watcher = watcher;
        }

        void tellSoon() {
            context.runOnContext(v -> tell());
        }

        /** Delivers the current value, so updates never arrive out of order. */
        private void tell() {
            if (watches.contains(this)) {
                watcher.accept(now);
            }
        }

        @Override
        public void stop() {
            watches.remove(this);
        }
    }
}
