package io.merlinadapter.metrics.push;

import io.merlinadapter.metrics.MetricsPage;
import io.merlinadapter.metrics.PrometheusMetrics;
import io.merlinadapter.metrics.push.GatewayCall.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pushes all metrics to a Pushgateway at intervals, on a daemon thread of its own. A failed push is counted, logged if the
 * one before worked, and not repeated before the next is due. Any thread.
 */
public final class Pusher {
    private static final Duration LONGEST_PUSH = Duration.ofSeconds(5);
    /** The gateway has this metric too; at each scrape it logs an error if the help text differs from its own. */
    private static final Pattern START_TIME_HELP = Pattern.compile("(?m)^# HELP process_start_time_seconds .*$");

    private static final String HELP_OF_GATEWAY =
            "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.";
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final byte[] NOTHING = new byte[0];

    private final Target target;
    private final Duration limit;
    private final PrometheusMetrics metrics;
    private final PushLog pushLog;
    private final ScheduledThreadPoolExecutor pushes = daemon("metrics-push");
    private final ScheduledThreadPoolExecutor limits = daemon("metrics-push-limit");
    /** Set and used by the pushing thread only. */
    private @Nullable URI group;

    /** The gateway, and the grouping key of the metrics there but for the host. */
    public record Target(GatewayUrl gateway, String job, String modelName, String modelVersion) {
        private URI group(String host) {
            Map<String, String> labels = new LinkedHashMap<>();
            labels.put("job", job);
            labels.put("merlin_model_name", modelName);
            labels.put("merlin_model_version", modelVersion);
            labels.put("host", host);
            return gateway.group(labels);
        }
    }

    private Pusher(Target target, Duration interval, Duration limit, PrometheusMetrics metrics) {
        this.target = target;
        this.metrics = metrics;
        this.limit = limit;
        pushLog = new PushLog(target.gateway(), interval, limit);
    }

    /** Pushes now, and then {@code interval} after the end of each push. */
    public static Pusher start(Target target, Duration interval, PrometheusMetrics metrics) {
        Duration limit = interval.compareTo(LONGEST_PUSH) < 0 ? interval : LONGEST_PUSH;
        return start(target, interval, limit, metrics);
    }

    /** @param limit the longest time of a push */
    static Pusher start(Target target, Duration interval, Duration limit, PrometheusMetrics metrics) {
        metrics.showPushes();
        Pusher pusher = new Pusher(target, interval, limit, metrics);
        // A delay rather than a rate: no push is to be made up for after a long one, or after a machine has slept.
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
     * Pushes once more, and ends.
     *
     * @param delete true to delete the metrics at the gateway after that
     * @return completes when that is done or has failed, after twice the limit of a push at the latest
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
        // Cancels the periodic pushes, but not the task above.
        pushes.shutdown();
        return finished;
    }

    /** Returns true if the gateway answered. */
    private boolean push() {
        boolean answered = false;
        try {
            MetricsPage.Page page = metrics.render(null);
            String text = START_TIME_HELP.matcher(page.text()).replaceFirst(HELP_OF_GATEWAY);
            Answer answer = call("PUT", page.contentType(), text.getBytes(StandardCharsets.UTF_8));
            answered = true;
            // Counted first: who has read of it in the log finds it in the metrics.
            metrics.pushed(answer.isSuccess());
            if (answer.isSuccess()) {
                pushLog.worked();
            } else {
                pushLog.failed(answer);
            }
        } catch (IOException e) {
            metrics.pushed(false);
            pushLog.failed(e);
        } catch (RuntimeException e) {
            // Thrown on, it would end all further pushes.
            metrics.pushed(false);
            pushLog.failed(e);
        }
        return answered;
    }

    private void delete() {
        try {
            pushLog.deleted(call("DELETE", "", NOTHING));
        } catch (IOException e) {
            pushLog.notDeleted(e);
        }
    }

    private Answer call(String method, String contentType, byte[] body) throws IOException {
        GatewayCall call = new GatewayCall(method, group(), target.gateway().authorization(), limit);
        // Repeated: a call can't be cut before it is connected.
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
            known = target.group(hostName());
            group = known;
        }
        return known;
    }

    /**
     * The name of this machine or pod, which tells its metrics from those of the others; with its domain if that can be
     * found out. Asks the name server, which may take seconds.
     */
    private static String hostName() {
        try {
            InetAddress local = InetAddress.getLocalHost();
            String name = local.getCanonicalHostName();
            // Neither of these tells one pod from another.
            boolean saysNothing =
                    name.equals(local.getHostAddress()) || name.equals("localhost") || name.startsWith("localhost.");
            return saysNothing ? kernelHostName() : name;
        } catch (UnknownHostException noEntryForIt) {
            return kernelHostName();
        }
    }

    private static String kernelHostName() {
        try {
            return Files.readString(KERNEL_HOST_NAME).trim();
        } catch (IOException noLinux) {
            return "localhost";
        }
    }
}
