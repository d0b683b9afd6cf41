package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What callers have met with. For one thread. */
public final class Tally {
    private final long startedAt = System.nanoTime();
    private final Map<Integer, Long> told = new TreeMap<>();
    private long left;

    public void told(int status) {
        told.merge(status, 1L, Long::sum);
    }

    public void left() {
        left++;
    }

    private long count(int status) {
        return told.getOrDefault(status, 0L);
    }

    /** Every answer was counted once, as what it was; those who left may have been told anything. */
    public void checkAgainst(Supervised adapter) {
        assertThat(told.keySet()).as("%s", this).isSubsetOf(Set.of(200, 408, 503, 504));
        // The other protocol's callers are somebody else's.
        told.forEach((status, count) -> assertThat(
                        adapter.count("adapter_requests_total", "protocol=\"HTTP_JSON\"", "code=\"" + status + "\""))
                .as("%s in %s", status, this)
                .isBetween(count, count + left));
        long expired = count(408) + count(504);
        assertThat(adapter.failures("deadline")).as("%s", this).isBetween(expired, expired + left);
        assertThat(adapter.count("adapter_failures_total"))
                .as("%s", this)
                .isBetween(expired, expired + count(503) + left);
        long unwanted = expired + left;
        // Where the machine is slow, all who leave may have been waiting in the queue.
        assertThat(adapter.count("adapter_late_replies_total")).as("%s", this).isBetween(0L, unwanted);
        assertThat(adapter.count("adapter_cancelled_total")).as("%s", this).isBetween(1L, unwanted);
        assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
        assertThat(adapter.count("adapter_worker_deaths_total")).isZero();
    }

    @Override
    public String toString() {
        Duration time = Duration.ofNanos(System.nanoTime() - startedAt);
        long all = left + told.values().stream().mapToLong(Long::longValue).sum();
        return all + " requests in " + time.toMillis() + " ms: told " + told + ", left " + left;
    }
}
