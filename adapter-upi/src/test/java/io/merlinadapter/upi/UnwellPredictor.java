package io.merlinadapter.upi;

import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.HealthPublisher;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Predictor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A predictor that is as well as a test says, and predicts nothing. Counts those who watch it. */
final class UnwellPredictor implements Predictor {
    final HealthPublisher health = new HealthPublisher(Health.notReady("it loads"));
    final AtomicInteger watchers = new AtomicInteger();

    @Override
    public PredictCall predict(PredictRequest request) {
        throw new AssertionError("asked for a prediction");
    }

    @Override
    public Health health() {
        return health.now();
    }

    @Override
    public HealthSubscription watchHealth(Consumer<Health> watcher) {
        HealthSubscription watch = health.watch(watcher);
        watchers.incrementAndGet();
        return () -> {
            watchers.decrementAndGet();
            watch.stop();
        };
    }
}
