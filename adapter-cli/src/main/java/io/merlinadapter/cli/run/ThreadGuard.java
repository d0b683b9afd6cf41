package io.merlinadapter.cli.run;

import io.merlinadapter.os.Shortage;
import io.merlinadapter.text.Durations;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the adapter when Java can't make threads any more. It would be deaf then: Java makes a thread for each signal that
 * comes, and says nothing of it to anybody but its own stdout where it can't; -XX:+ExitOnOutOfMemoryError does not see such
 * failures. So a thread is made every second, to find out. Ends with its process.
 */
public final class ThreadGuard implements Thread.UncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadGuard.class);

    static final Duration PAUSE = Duration.ofSeconds(1);
    /** A program that takes all for a moment, to compile something, is no reason to end. */
    static final int MOST_FAILURES = 5;

    private final Runnable probe;
    private final Consumer<String> end;
    private int failures;

    /**
     * A guard that makes threads.
     *
     * @param end called with the reason, at most once a thread; does not return
     */
    public ThreadGuard(Consumer<String> end) {
        this(() -> new Thread(() -> {}, "thread-probe").start(), end);
    }

    public ThreadGuard(Runnable probe, Consumer<String> end) {
        this.probe = probe;
        this.end = end;
    }

    /** Watches from now on, and takes what any thread leaves uncaught. */
    public void start() {
        Thread.setDefaultUncaughtExceptionHandler(this);
        Thread guard = new Thread(this::watch, "thread-guard");
        guard.setDaemon(true);
        guard.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE.toMillis());
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes a thread, if that is still possible. */
    void look() {
        try {
            probe.run();
            failures = 0;
        } catch (OutOfMemoryError e) {
            failures++;
            LOG.warn("no thread can be made ({} of {} tries); {}", failures, MOST_FAILURES, Shortage.TASKS.advice());
            if (failures >= MOST_FAILURES) {
                Duration deaf = PAUSE.multipliedBy(MOST_FAILURES);
                end.accept(reason(
                        "no thread could be made for " + Durations.show(deaf) + ", so that no signal would be heard"));
            }
        }
    }

    /** An error that says that the adapter itself could not make a thread is the end; others are for the log. */
    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (Shortage.isThreads(failure)) {
            end.accept(reason("the adapter could not make a thread (" + thread.getName() + ")"));
        } else {
            LOG.error("thread {} failed; please report this", thread.getName(), failure);
        }
    }

    /** A sentence that says what to raise. */
    public static String reason(String what) {
        return what + ": " + Shortage.TASKS.advice();
    }
}
