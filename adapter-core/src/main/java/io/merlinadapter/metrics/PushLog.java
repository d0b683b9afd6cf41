package io.merlinadapter.metrics;

import io.merlinadapter.loop.Spans;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when pushing begins to fail and when it works again, and keeps quiet in between. Used by the pushing thread. */
final class PushLog {
    private static final Logger log = LoggerFactory.getLogger(Pusher.class);

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
            log.info("metrics are pushed to {} every {}", gateway, Spans.show(interval));
        } else if (state == State.FAILING) {
            log.info("pushing metrics to {} works again", gateway);
        }
        state = State.WORKING;
    }

    void failed(String why) {
        if (state == State.FAILING) {
            log.debug("pushing metrics to {} still fails: {}", gateway, why);
        } else {
            log.warn(
                    "pushing metrics to {} fails: {}; it is tried every {} and counted in adapter_pushes_total, and"
                            + " logged again when it works",
                    gateway,
                    why,
                    Spans.show(interval));
        }
        state = State.FAILING;
    }

    void deleted() {
        log.info("the metrics at {} are deleted (--pushgateway-delete)", gateway);
    }

    void notDeleted(String why) {
        log.warn("the metrics at {} stay there, they could not be deleted: {}", gateway, why);
    }
}
