package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a child step by step, each with time to react: its stdin is closed, SIGTERM, SIGKILL, the signals to its whole
 * process group (the order is websocketd's). For the loop.
 */
final class StopLadder {
    private static final Logger log = LoggerFactory.getLogger(StopLadder.class);
    static final Duration STEP = Duration.ofSeconds(2);
    /** A process that hangs in the kernel survives even SIGKILL until that lets go of it. */
    static final Duration LAST_STEP = Duration.ofSeconds(10);

    private final String who;
    private final EventLoop loop;
    private final ChildStarter starter;
    private final Child child;
    private final Runnable closeInput;
    private final Runnable immortal;
    private EventLoop.@Nullable Timer nextStep;
    private boolean begun;
    private boolean terminating;

    /**
     * A ladder at whose foot the child still stands.
     *
     * @param closeInput tells the child that nothing more will come
     * @param immortal called when the child has not ended after the last step either
     */
    StopLadder(String who, PoolResources parts, Child child, Runnable closeInput, Runnable immortal) {
        this.who = who;
        this.loop = parts.loop();
        this.starter = parts.starter();
        this.child = child;
        this.closeInput = closeInput;
        this.immortal = immortal;
    }

    /** From the first step, for a child that may finish in peace. */
    void begin() {
        if (!begun) {
            closeInput();
            nextStep = loop.after(STEP, this::terminate);
        }
    }

    private void closeInput() {
        begun = true;
        log.info("{}: its input is closed", who);
        closeInput.run();
    }

    /** On to the second step, for a child that gets no more time. */
    void hurry() {
        if (!begun) {
            closeInput();
        }
        if (!terminating) {
            stop();
            terminate();
        }
    }

    private void terminate() {
        terminating = true;
        log.info("{}: SIGTERM to process group {}", who, child.pid());
        starter.signal(child, "TERM");
        nextStep = loop.after(STEP, this::kill);
    }

    private void kill() {
        log.warn(
                "{}: SIGKILL to process group {}, because it did not end within {} s of SIGTERM",
                who,
                child.pid(),
                STEP.toSeconds());
        starter.signal(child, "KILL");
        nextStep = loop.after(LAST_STEP, immortal);
    }

    /** The child has ended. */
    void stop() {
        if (nextStep != null) {
            nextStep.stop();
        }
    }
}
