package io.merlinadapter.cli.config;

import java.time.Duration;
import java.util.Map;

/** What has started the adapter, as the environment shows it. */
enum Platform {
    /** Its queue-proxy ends the traffic before the adapter is told to stop. */
    KNATIVE(Duration.ZERO),
    /** Balancers learn that a pod stops when the pod does, and go on connecting for a while. */
    KUBERNETES(Duration.ofSeconds(5)),
    /** A laptop, or anything else without a load balancer. */
    OTHER(Duration.ZERO);

    private final Duration drainDelay;

    Platform(Duration drainDelay) {
        this.drainDelay = drainDelay;
    }

    static Platform of(Map<String, String> env) {
        if (!env.getOrDefault("K_SERVICE", "").isEmpty()) {
            return KNATIVE;
        }
        return env.getOrDefault("KUBERNETES_SERVICE_HOST", "").isEmpty() ? OTHER : KUBERNETES;
    }

    /** How long load balancers need to notice a stop. */
    Duration drainDelay() {
        return drainDelay;
    }
}
