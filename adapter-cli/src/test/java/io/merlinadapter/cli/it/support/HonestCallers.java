package io.merlinadapter.cli.it.support;

import io.merlinadapter.cli.it.support.HonestCaller.Outcome;
import io.merlinadapter.cli.it.support.HonestCaller.Way;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Twenty callers of all kinds, who call again and again, and come back a second later if they are refused. Owned by one
 * thread; close it to have them leave.
 */
public final class HonestCallers implements AutoCloseable {
    private static final int BY_HTTP_1 = 10;
    private static final int BY_HTTP_2 = 5;
    private static final int BY_GRPC = 5;
    private static final int LARGE = 1 << 20;
    /** How often a call may be refused. */
    private static final int TRIES = 10;

    private static final int BACK_AFTER_SECONDS = 1;
    private static final int MOST_FAULTS = 10;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Set<String> faults = ConcurrentHashMap.newKeySet();

    public HonestCallers(AdapterProcess adapter) {
        for (int i = 0; i < BY_HTTP_1; i++) {
            add(new HonestCaller(vertx, adapter, Way.HTTP_1, i == 0 ? LARGE : 0));
        }
        for (int i = 0; i < BY_HTTP_2; i++) {
            add(new HonestCaller(vertx, adapter, Way.HTTP_2, 0));
        }
        for (int i = 0; i < BY_GRPC; i++) {
            add(new HonestCaller(vertx, adapter, Way.GRPC, 0));
        }
        threads.forEach(Thread::start);
    }

    private void add(HonestCaller caller) {
        String name = "caller-" + threads.size();
        Thread thread = new Thread(() -> callOn(caller, name), name);
        thread.setDaemon(true);
        threads.add(thread);
    }

    private void callOn(HonestCaller caller, String name) {
        try {
            for (int n = 0; n == 0 || over.getCount() > 0; n++) {
                callAsLongAsRefused(caller, name + "." + n);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void callAsLongAsRefused(HonestCaller caller, String token) throws InterruptedException {
        try {
            for (int tries = 1; caller.call(token) == Outcome.REFUSED; tries++) {
                refused.incrementAndGet();
                if (tries == TRIES) {
                    throw new AssertionError(token + " was refused " + TRIES + " times");
                }
                left.await(BACK_AFTER_SECONDS, TimeUnit.SECONDS);
            }
            answered.incrementAndGet();
        } catch (AssertionError e) {
            failed.incrementAndGet();
            if (faults.size() < MOST_FAULTS) {
                faults.add(e.getMessage());
            }
            left.await(BACK_AFTER_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Has them make no further calls, and waits for the answers to their last ones. */
    public void stop() throws InterruptedException {
        over.countDown();
        for (Thread thread : threads) {
            thread.join(AdapterProcess.PATIENCE.toMillis());
        }
    }

    /** What is wrong with their answers. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public String toString() {
        return "answered " + answered + ", refused " + refused + ", failed " + failed;
    }

    @Override
    public void close() {
        over.countDown();
        left.countDown();
        threads.forEach(Thread::interrupt);
        vertx.close().await();
    }
}
