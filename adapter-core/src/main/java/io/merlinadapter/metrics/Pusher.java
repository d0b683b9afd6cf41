package io.merlinadapter.metrics;

import io.merlinadapter.metrics.GatewayCall.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes all metrics to a Pushgateway, again and again, on a daemon thread of its own. A push that fails is logged when it is
 * the first of its kind, counted, and not repeated before the next is due. Any thread may use it.
 */
public final class Pusher {
    private static final Logger LOG = LoggerFactory.getLogger(Pusher.class);
    private static final Duration LONGEST_PUSH = Duration.ofSeconds(5);
    /** The gateway has this one too, and complains in its log, at every scrape, of any text for it but its own. */
    private static final Pattern START_TIME_HELP = Pattern.compile("(?m)^# HELP process_start_time_seconds .*$");

    private static final String HELP_OF_GATEWAY =
            "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.";
    private static final byte[] NOTHING = new byte[0];

    private final Target target;
    private final Duration limit;
    private final PrometheusMetrics metrics;
    private final PushMeters meters;
    private final PushLog pushLog;
    private final ScheduledThreadPoolExecutor pushes = daemon("metrics-push");
    private final ScheduledThreadPoolExecutor limits = daemon("metrics-push-limit");
    /** Found out by the pushing thread, which alone uses it. */
    private @Nullable URI group;

    /** Whose metrics go where. */
    public record Target(GatewayUrl gateway, String job, String modelName, String modelVersion) {
        private URI group(String host) {
            Map<String, String> labels = new LinkedHashMap<>();
            labels.put("job", job);
            labels.put("merlin_model_name", modelName);
            labels.put("merlin_model_version", modelVersion);
            labels.put("host", host);
            return URI.create(gateway.address() + GroupingKey.path(labels));
        }
    }

    private Pusher(Target target, Duration interval, Duration limit, PrometheusMetrics metrics) {
        this.target = target;
        this.metrics = metrics;
        this.limit = limit;
        meters = metrics.pushMeters();
        pushLog = new PushLog(target.gateway(), interval);
    }

    /** Pushes now, and from then on {@code interval} after each push. */
    public static Pusher start(Target target, Duration interval, PrometheusMetrics metrics) {
        Duration limit = interval.compareTo(LONGEST_PUSH) < 0 ? interval : LONGEST_PUSH;
        return start(target, interval, limit, metrics);
    }

    /** @param limit longest time that a push may take */
    static Pusher start(Target target, Duration interval, Duration limit, PrometheusMetrics metrics) {
        Pusher pusher = new Pusher(target, interval, limit, metrics);
        // A delay rather than a rate: after a long push, or a machine that slept, nothing is to be made up for.
        Future<?> unused =
                pusher.pushes.scheduleWithFixedDelay(pusher::push, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return pusher;
    }

    private static ScheduledThreadPoolExecutor daemon(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /**
     * Pushes for the last time.
     *
     * @param delete whether the gateway is to forget all that was pushed
     * @return completes when that is done or has failed, which may take twice the time that a push may
     */
    public CompletableFuture<Void> finish(boolean delete) {
        CompletableFuture<Void> finished = CompletableFuture.runAsync(
                () -> {
                    boolean reached = push();
                    if (delete && reached) {
                        delete();
                    }
                },
                pushes);
        // What was due at intervals is not due any more; the last push is.
        pushes.shutdown();
        return finished;
    }

    /** Whether the gateway answered. */
    private boolean push() {
        try {
            MetricsPage.Page page = metrics.render(null);
            String text = START_TIME_HELP.matcher(page.text()).replaceFirst(HELP_OF_GATEWAY);
            Answer answer = call("PUT", page.contentType(), text.getBytes(StandardCharsets.UTF_8));
            if (answer.isSuccess()) {
                meters.success().increment();
                pushLog.worked();
            } else {
                failed(PushFault.of(answer));
            }
            return true;
        } catch (IOException e) {
            failed(PushFault.of(e, limit));
            return false;
        } catch (RuntimeException e) {
            // Let out, it would end all further pushes.
            LOG.warn("the metrics could not be pushed; please report this", e);
            failed("an error of the adapter itself");
            return false;
        }
    }

    private void failed(String why) {
        meters.failure().increment();
        pushLog.failed(why);
    }

    private void delete() {
        try {
            Answer answer = call("DELETE", "", NOTHING);
            if (answer.isSuccess()) {
                pushLog.deleted();
            } else {
                pushLog.notDeleted(PushFault.of(answer));
            }
        } catch (IOException e) {
            pushLog.notDeleted(PushFault.of(e, limit));
        }
    }

    private Answer call(String method, String contentType, byte[] body) throws IOException {
        GatewayCall call = new GatewayCall(method, group(), target.gateway().authorization(), limit);
        // More than once: before it is connected it can't be cut.
        Future<?> cutting =
                limits.scheduleWithFixedDelay(call::cut, limit.toMillis(), limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return call.send(contentType, body);
        } finally {
            cutting.cancel(false);
        }
    }

    private URI group() {
        URI known = group;
        if (known == null) {
            known = target.group(HostName.qualified());
            group = known;
        }
        return known;
    }
}
