package io.merlinadapter.metrics;

import io.merlinadapter.text.Durations;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when pushing begins to fail and when it works again, and keeps quiet in between. Used by the pushing thread. */
final class PushLog {
    private static final Logger LOG = LoggerFactory.getLogger(Pusher.class);

    private final GatewayUrl gateway;
    private final Duration interval;
    private State state = State.NEW;

    private enum State {
        NEW,
        WORKING,
        FAILING
    }

    PushLog(GatewayUrl gateway, Duration interval) {
        this.gateway = gateway;
        this.interval = interval;
    }

    void worked() {
        if (state == State.NEW) {
            LOG.info("metrics are pushed to {} every {}", gateway, Durations.show(interval));
        } else if (state == State.FAILING) {
            LOG.info("pushing metrics to {} works again", gateway);
        }
        state = State.WORKING;
    }

    void failed(String why) {
        if (state == State.FAILING) {
            LOG.debug("pushing metrics to {} still fails: {}", gateway, why);
        } else {
            LOG.warn(
                    "pushing metrics to {} fails: {}; it is tried every {} and counted in adapter_pushes_total, and"
                            + " logged again when it works",
                    gateway,
                    why,
                    Durations.show(interval));
        }
        state = State.FAILING;
    }

    void deleted() {
        LOG.info("the metrics at {} are deleted (--pushgateway-delete)", gateway);
    }

    void notDeleted(String why) {
        LOG.warn("the metrics at {} stay there, they could not be deleted: {}", gateway, why);
    }
}
