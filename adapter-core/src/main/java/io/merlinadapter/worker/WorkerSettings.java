package io.merlinadapter.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the children are run.
 *
 * @param command the program and its arguments
 * @param environment added to the adapter's own environment for each child; a null value removes a variable
 * @param workers how many children
 * @param maxInFlight how many requests a child is given at once
 * @param maxReply the longest reply line, in bytes
 * @param readiness when a child counts as ready
 * @param orderCheck how long a worker is left owing nothing to see that no answer too many comes; zero for never
 * @param abandonAfter how long past its caller's patience an answer is waited for before the child is replaced
 */
public record WorkerSettings(
        List<String> command,
        Map<String, @Nullable String> environment,
        int workers,
        int maxInFlight,
        int maxReply,
        ReadinessSettings readiness,
        Duration orderCheck,
        Duration abandonAfter) {

    /**
     * When a child counts as ready.
     *
     * @param settle how long a program that has never answered must stay alive; for use without a warm-up
     * @param warmup a request, one JSON value, that must be answered without error; null for none
     * @param startupTimeout how long the answer to the warm-up may take
     */
    public record ReadinessSettings(
            Duration settle, @Nullable String warmup, Duration startupTimeout) {}
}
