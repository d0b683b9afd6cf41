package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How and why a worker ends, once that has been decided. The child is ended step by step, each with time to react: its
 * input is closed, SIGTERM, SIGKILL, the signals to its whole process group (the order is websocketd's). Event loop only.
 */
final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);
    /** How long a child may take to react to the end of its input, and to SIGTERM. */
    static final Duration STEP = Duration.ofSeconds(2);
    /** A process that hangs in the kernel survives even SIGKILL until that lets go of it. */
    static final Duration LAST_STEP = Duration.ofSeconds(10);

    private final String who;
    private final EventLoop loop;
    private final ChildStarter starter;
    private final Runnable closeInput;
    private final Runnable survived;
    private @Nullable Child child;
    private EventLoop.@Nullable Timer nextStep;
    private boolean inputClosed;
    private boolean signalled;
    private @Nullable DeathReason reason;
    private @Nullable Cause why;
    private DeathReason drainReason = DeathReason.RECYCLED;
    private Cause drainWhy = Cause.of("");

    /**
     * @param who the worker, for logs
     * @param closeInput tells the child that nothing more will come
     * @param survived called when the child has survived SIGKILL
     */
    Termination(String who, PoolResources resources, Runnable closeInput, Runnable survived) {
        this.who = who;
        this.loop = resources.loop();
        this.starter = resources.starter();
        this.closeInput = closeInput;
        this.survived = survived;
    }

    /** There is a child to end; it is ended at once if that was decided before it ran. */
    void attach(Child started) {
        child = started;
        if (reason != null) {
            hurry();
        }
    }

    /** The worker drains: it ends when it has finished what it has. */
    void afterDrain(DeathReason drained, Cause text) {
        drainReason = drained;
        drainWhy = text;
    }

    DeathReason drainReason() {
        return drainReason;
    }

    Cause drainWhy() {
        return drainWhy;
    }

    /** The worker ends now. {@link #begin} follows, once those who ask why have been told. */
    void decide(DeathReason decided, Cause text) {
        reason = decided;
        why = text;
    }

    /** @param politely true for a child that may finish in peace, from the first step; else it is sent SIGTERM at once */
    void begin(boolean politely) {
        if (!politely) {
            hurry();
        } else if (child != null && !inputClosed) {
            closeInput();
            nextStep = loop.after(STEP, this::terminate);
        }
    }

    /** On to SIGTERM, for a child that gets no more time. */
    void hurry() {
        if (child == null) {
            return;
        }
        if (!inputClosed) {
            closeInput();
        }
        if (!signalled) {
            stopTimer();
            terminate();
        }
    }

    private void closeInput() {
        inputClosed = true;
        LOG.info("{}: its input is closed", who);
        try {
            closeInput.run();
        } catch (RuntimeException | Error e) {
            // It may take a thread, and there may be none to be had. What follows must follow all the same.
            LOG.warn("{}: its input can't be closed now; a signal ends it", who, e);
        }
    }

    private void terminate() {
        signalled = true;
        signal("TERM");
        nextStep = loop.after(STEP, this::kill);
    }

    private void kill() {
        LOG.warn("{}: it did not end within {} s of SIGTERM", who, STEP.toSeconds());
        signal("KILL");
        nextStep = loop.after(LAST_STEP, survived);
    }

    private void signal(String name) {
        Child target = child;
        if (target != null) {
            LOG.info("{}: SIG{} to process group {}", who, name, target.pid());
            starter.signal(target, name);
        }
    }

    /** The child has ended: from now on its process id may be another's, which no signal must reach. */
    void over() {
        stopTimer();
        child = null;
    }

    private void stopTimer() {
        if (nextStep != null) {
            nextStep.stop();
        }
    }

    /** True if the end was planned, and no fault of the child's. */
    boolean isPlanned() {
        return reason == DeathReason.RECYCLED;
    }

    /** True while there is a child that is being ended. */
    boolean isUnderWay() {
        return reason != null && child != null;
    }

    /** Why the worker ended: what was decided, else {@code natural}. */
    DeathReason reason(DeathReason natural) {
        return reason == null ? natural : reason;
    }

    /** The same in words: what was decided, else {@code how} the child ended. */
    Cause cause(Cause how) {
        return why == null ? how : why;
    }
}
