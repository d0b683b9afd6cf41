package io.merlinadapter.cli.it.support;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Callers of many kinds, and one random fault every second. Checks each answer as it comes. */
public final class FaultLoad {
    private static final int CALLERS = 32;
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(1);
    private static final int WORKERS = 3;
    private static final Fault[] FAULTS = Fault.values();

    private final Supervised adapter;
    private final Wording wording;
    private final long seed;
    private final Random faults;
    private final Map<Integer, AtomicLong> told = new ConcurrentHashMap<>();
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private int injected;

    public FaultLoad(Supervised adapter, Wording wording, long seed) {
        this.wording = wording;
        this.adapter = adapter;
        this.seed = seed;
        this.faults = new Random(seed);
    }

    /** Keeps it up for {@code time}, and waits until all is calm again. */
    public void run(Duration time) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<Void> injecting = CompletableFuture.runAsync(() -> inject(over));
        try {
            Callers.during(CALLERS, time, this::call);
        } finally {
            over.countDown();
        }
        injecting.join();
        calmDown();
    }

    private void call(int number) {
        Random dice = new Random(seed + number);
        String token = "t" + tokens.incrementAndGet();
        String body = dice.nextInt(3) == 0 ? does("['sleep'," + dice.nextInt(20) + "]", answer(token)) : echo(token);
        int kind = dice.nextInt(100);
        if (kind < 5) {
            left.incrementAndGet();
            adapter.callers().postAndLeave(body, Duration.ofMillis(1 + dice.nextInt(50)));
        } else if (kind < 15) {
            note(adapter.post(body, Duration.ofMillis(1 + dice.nextInt(300))), token);
        } else {
            note(adapter.post(body), token);
        }
    }

    private void note(Told answer, String token) {
        answer.isOwn(token);
        told.computeIfAbsent(answer.status(), status -> new AtomicLong()).incrementAndGet();
    }

    private void inject(CountDownLatch over) {
        List<CompletableFuture<Void>> requests = new ArrayList<>();
        try {
            while (!over.await(BETWEEN_FAULTS.toMillis(), TimeUnit.MILLISECONDS)) {
                Fault fault = FAULTS[faults.nextInt(FAULTS.length)];
                injected++;
                if (fault.signal().isEmpty()) {
                    String token = "fault" + injected;
                    requests.add(
                            adapter.postAside(fault.request(wording, token)).thenAccept(answer -> note(answer, token)));
                } else {
                    signal(fault.signal());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requests.forEach(CompletableFuture::join);
    }

    private void signal(String signal) {
        List<Long> children = Processes.sessionsBelow(adapter.process().pid());
        if (!children.isEmpty()) {
            Processes.signal(children.get(faults.nextInt(children.size())), signal);
        }
    }

    /** Stopped children go on, so that all answer. */
    private void calmDown() {
        Processes.sessionsBelow(adapter.process().pid()).forEach(child -> Processes.signal(child, "CONT"));
        adapter.process().awaitReady(WORKERS);
        adapter.until(() -> adapter.count("adapter_in_flight") == 0, "worker owes nothing");
        adapter.until(() -> adapter.count("adapter_queue_depth") == 0, "queue is empty");
        adapter.process().awaitReady(WORKERS);
    }

    /** Every answer was counted once, as what it was; those who left may have been told anything. */
    public void checkCounts() {
        long unseen = left.get();
        told.forEach((status, count) -> {
            long counted = adapter.count("adapter_requests_total", "code=\"" + status + "\"");
            assertThat(counted).as("%s in %s", status, this).isBetween(count.get(), count.get() + unseen);
        });
        for (Told.Row row : Told.TABLE) {
            long seen = row.statuses().stream().mapToLong(this::told).sum();
            assertThat(failures(row.kinds())).as("%s in %s", row, this).isBetween(seen, seen + unseen);
        }
        assertThat(failures(Set.of("internal", "invalid_request", "unknown_model", "too_large", "model_failed")))
                .isZero();
        assertThat(told(200)).as("%s", this).isGreaterThan(injected);
    }

    private long told(int status) {
        return told.getOrDefault(status, new AtomicLong()).get();
    }

    private long failures(Set<String> kinds) {
        return kinds.stream().mapToLong(adapter::failures).sum();
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + injected + " faults, answers " + told + ", callers who left " + left;
    }
}
