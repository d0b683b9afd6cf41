package io.merlinadapter.worker;

import io.merlinadapter.channel.Line;
import io.merlinadapter.loop.Loop;
import org.jspecify.annotations.Nullable;

/** One request that a worker owes an answer to. For the loop. */
final class InFlight implements Slot {
    private final Worker worker;
    private final Exchange exchange;
    private final Line line;
    private final long sentAt;
    private final long outputsBefore;
    private boolean givenUp;
    private Loop.@Nullable Timer abandonment;

    InFlight(Worker worker, Exchange exchange, Line line, long sentAt) {
        this.worker = worker;
        this.exchange = exchange;
        this.line = line;
        this.sentAt = sentAt;
        this.outputsBefore = worker.signs().outputs();
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

    @Override
    public void giveUp() {
        worker.giveUp(this);
    }

    @Override
    public String silence() {
        String stream = worker.signs().replyStream();
        long lines = worker.signs().outputs() - outputsBefore;
        return lines == 0
                ? "it has written nothing to " + stream
                        + " since; is it slow, does it flush, does it read line by line?"
                : "it has written " + lines + " lines to " + stream + " since, none of them a reply (see the log)";
    }

    /** Nobody waits any more; after {@code abandonment} nobody waits for the child either. */
    void givenUp(Loop.Timer abandonment) {
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
