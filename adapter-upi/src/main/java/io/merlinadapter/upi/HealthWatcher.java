package io.merlinadapter.upi;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.Predictor;
import org.jspecify.annotations.Nullable;

/** One caller that stays to hear whether predictions are served. Belongs to the loop of its call. */
final class HealthWatcher {
    private final GrpcCall call;
    private final Predictor predictor;
    private Predictor.@Nullable HealthSubscription watch;
    private @Nullable ServingStatus told;

    HealthWatcher(GrpcCall call, Predictor predictor) {
        this.call = call;
        this.predictor = predictor;
    }

    /** Says how things stand, and from now on what changes. */
    void begin() {
        // In this order nothing that changes in between is missed.
        watch = predictor.watchHealth(this::tell);
        tell(predictor.health());
    }

    /** Reasons change without the status. */
    private void tell(Health health) {
        ServingStatus status = HealthService.status(health);
        if (status != told) {
            told = status;
            call.send(HealthService.response(status).toByteArray());
        }
    }

    /** The caller is gone. */
    void stop() {
        if (watch != null) {
            watch.stop();
        }
    }
}
