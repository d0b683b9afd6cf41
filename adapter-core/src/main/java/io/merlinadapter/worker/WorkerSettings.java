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
 * @param inFlight how many lines a child is given at once
 * @param batching what a batch is at most, whatever the child says
 * @param maxReply the longest reply line, in bytes
 * @param startup when a child counts as ready
 * @param orderCheck how long a worker is left owing nothing to see that no answer too many comes; zero for never
 * @param patience how long a child is waited for
 * @param restarts what follows the end of a child
 * @param drainTimeout how long a worker that is no good any more may take to finish what it has
 * @param recycling when a child has served for long enough, or badly enough
 */
public record WorkerSettings(
        List<String> command,
        Map<String, @Nullable String> environment,
        int workers,
        InFlightLimit inFlight,
        BatchSettings batching,
        int maxReply,
        StartupSettings startup,
        Duration orderCheck,
        PatienceSettings patience,
        RestartSettings restarts,
        Duration drainTimeout,
        RecyclingSettings recycling) {

    /**
     * How many lines a child is given at once.
     *
     * @param lines one that has ids, or is trusted to keep the order
     * @param numbered one that numbers its replies, if it answers fast; no fewer than {@code lines}
     */
    public record InFlightLimit(int lines, int numbered) {
        /** So many, whatever the child does. */
        public static InFlightLimit of(int lines) {
            return new InFlightLimit(lines, lines);
        }
    }

    /**
     * Requests on one line, for a child that takes them so.
     *
     * @param merges whether one that knows nothing of that gets the instances of several requests as those of one
     * @param maxSize how many at most; 1 for each on a line of its own
     * @param maxDelay how long a batch may wait that is not full yet
     */
    public record BatchSettings(boolean merges, int maxSize, Duration maxDelay) {}

    /**
     * When a child counts as ready.
     *
     * @param settle how long a program must be idle of which it can't be seen that it reads; zero to look at none, and to
     *     take every one that runs for ready; for use without a warm-up
     * @param warmup a request, one JSON value, that must be answered without error; null for none
     * @param startupTimeout how long it may take from the start of a child until it is ready
     */
    public record StartupSettings(Duration settle, @Nullable String warmup, Duration startupTimeout) {}

    /**
     * How long a child is waited for.
     *
     * @param requestTimeout the longest that any request may take, whatever its own caller allows
     * @param hangTimeout how much longer than that a child that owes an answer may write nothing at all
     * @param abandonAfter how much longer than that one answer is waited for
     */
    public record PatienceSettings(Duration requestTimeout, Duration hangTimeout, Duration abandonAfter) {}

    /**
     * What follows the end of a child.
     *
     * @param backOff the wait before the first restart, which doubles
     * @param backOffMax the longest wait
     * @param stableAfter how long a child must have been ready for its end to count as the first
     * @param giveUpAfter starts in a row without an answer after which there is no hope; 0 to hope for ever
     */
    public record RestartSettings(Duration backOff, Duration backOffMax, Duration stableAfter, int giveUpAfter) {}

    /**
     * When a child has served for long enough, or badly enough.
     *
     * @param maxRequests answers after which it is replaced, give or take a tenth; 0 for never
     * @param maxRss bytes of memory above which it is replaced; 0 for never
     * @param badStreak predictions in a row, failed by its own fault while others succeed, after which it is replaced; 0 for
     *     never. With a single worker, there are no others.
     */
    public record RecyclingSettings(int maxRequests, long maxRss, int badStreak) {}
}
