package io.merlinadapter.worker;

import io.merlinadapter.channel.Line;
import io.merlinadapter.loop.Loop;
import org.jspecify.annotations.Nullable;

/** One request that a worker owes an answer to. For the loop. */
final class InFlight {
    private final Exchange exchange;
    private final Line line;
    private final long sentAt;
    private boolean givenUp;
    private Loop.@Nullable Timer abandonment;

    InFlight(Exchange exchange, Line line, long sentAt) {
        this.exchange = exchange;
        this.line = line;
        this.sentAt = sentAt;
    }

    Exchange exchange() {
        return exchange;
    }

    Line line() {
        return line;
    }

    long sentAt() {
        return sentAt;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /** Nobody waits any more; after {@code abandonment} nobody waits for the child either. */
    void giveUp(Loop.Timer abandonment) {
        givenUp = true;
        this.abandonment = abandonment;
    }

    /** The answer came, or never will. */
    void over() {
        if (abandonment != null) {
            abandonment.stop();
        }
    }
}
