package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.metrics.PrometheusMetrics;
import io.merlinadapter.metrics.push.Pusher;
import io.merlinadapter.text.Durations;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics' way to a Pushgateway, from the start to the exit code; does nothing where none is asked for. */
final class Pushing {
    private static final Logger LOG = LoggerFactory.getLogger(Pushing.class);

    /** A part of what the stop has to spare. */
    private static final Duration TO_FINISH = Duration.ofSeconds(2);

    private final @Nullable Pusher pusher;
    private final boolean deletes;

    private Pushing(@Nullable Pusher pusher, boolean deletes) {
        this.pusher = pusher;
        this.deletes = deletes;
    }

    static Pushing start(Config config, PrometheusMetrics metrics) {
        if (!config.get(Options.PUSHGATEWAY_ENABLED)) {
            return new Pushing(null, false);
        }
        Pusher.Target target = new Pusher.Target(
                config.get(Options.PUSHGATEWAY_URL),
                config.get(Options.PUSHGATEWAY_JOB),
                config.get(Options.MODEL_NAME),
                config.get(Options.MODEL_VERSION));
        return new Pushing(
                Pusher.start(target, config.get(Options.PUSHGATEWAY_PUSH_INTERVAL), metrics),
                config.get(Options.PUSHGATEWAY_DELETE));
    }

    /** Pushes the last figures. Only who stops as asked removes them again: what a fault leaves is there to be looked at. */
    void finish(ExitCode code) {
        if (pusher == null) {
            return;
        }
        boolean delete = deletes && code == ExitCode.OK;
        try {
            pusher.finish(delete).get(TO_FINISH.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "the last metrics could not be pushed{} within {}; metrics already on the Pushgateway stay there",
                    delete ? " and deleted" : "",
                    Durations.show(TO_FINISH));
        } catch (ExecutionException e) {
            LOG.warn("the last push failed; please report this", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
