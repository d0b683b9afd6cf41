package io.merlinadapter.worker;

import io.merlinadapter.channel.Channel;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.ChildStarter;
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

    private final String who;
    private final Loop loop;
    private final ChildStarter starter;
    private final Child child;
    private final Channel channel;
    private Loop.@Nullable Timer nextStep;
    private boolean begun;
    private boolean terminating;

    StopLadder(String who, PoolParts parts, Child child, Channel channel) {
        this.who = who;
        this.loop = parts.loop();
        this.starter = parts.starter();
        this.child = child;
        this.channel = channel;
    }

    /** From the first step, for a child that may finish in peace. */
    void begin() {
        if (!begun) {
            begun = true;
            channel.close();
            log.debug("{}: its stdin is closed", who);
            nextStep = loop.after(STEP, this::terminate);
        }
    }

    /** On to the second step, for a child that gets no more time. */
    void hurry() {
        if (!begun) {
            begun = true;
            channel.close();
        }
        if (!terminating) {
            stop();
            terminate();
        }
    }

    private void stop() {
        if (nextStep != null) {
            nextStep.stop();
        }
    }

    private void terminate() {
        terminating = true;
        log.info("{}: SIGTERM", who);
        starter.signal(child, "TERM");
        nextStep = loop.after(STEP, this::kill);
    }

    private void kill() {
        log.warn("{}: SIGKILL, because it did not end within {} s of SIGTERM", who, STEP.toSeconds());
        starter.signal(child, "KILL");
    }

    /** The child has ended. What is left of its group goes with it. */
    void ended() {
        stop();
        starter.signal(child, "KILL");
    }
}
