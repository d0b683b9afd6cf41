package io.merlinadapter.predict;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * How things stand, and those who want to hear when that changes. One thread at a time may change it; any may read and
 * watch, and each watcher is told on its own context.
 */
public final class HealthPublisher {
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile Health now;

    public HealthPublisher(Health first) {
        this.now = first;
    }

    /** How things stand. */
    public Health now() {
        return now;
    }

    /** Things stand as {@code next} says. No watcher is called before this returns: each hears of it on its context. */
    public void become(Health next) {
        boolean changed = !next.equals(now);
        now = next;
        if (changed) {
            // Whoever begins to watch meanwhile reads afterwards what has just been set.
            watches.forEach(Watch::tellSoon);
        }
    }

    /** As {@link Predictor#watchHealth}. */
    public HealthSubscription watch(Consumer<Health> watcher) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("health is watched on "
                    + Thread.currentThread().getName() + " (expected: a Vert.x context, to tell the watcher on)");
        }
        Watch watch = new Watch(context, watcher);
        watches.add(watch);
        return watch;
    }

    /** How many watch at this moment. */
    int watchers() {
        return watches.size();
    }

    private final class Watch implements HealthSubscription {
        private final Context context;
        private final Consumer<Health> watcher;

        Watch(Context context, Consumer<Health> watcher) {
            this.context = context;
            this.watcher = watcher;
        }

        void tellSoon() {
            context.runOnContext(v -> tell());
        }

        /** What holds by now, not what held when this was asked for: nobody hears of older things after newer ones. */
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
