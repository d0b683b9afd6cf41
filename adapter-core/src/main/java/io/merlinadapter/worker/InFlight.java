package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.transport.Line;
import org.jspecify.annotations.Nullable;

/** One request that a worker owes an answer to. For the loop. */
final class InFlight implements Slot {
    private final long id;
    private final Conversation with;
    private final WorkerRequest exchange;
    private final Line line;
    private final long sentAt;
    private final long outputsBefore;
    private boolean givenUp;
    private boolean abandoned;
    private EventLoop.@Nullable Timer abandonment;

    InFlight(long id, Conversation with, WorkerRequest exchange, Line line, long sentAt) {
        this.id = id;
        this.with = with;
        this.exchange = exchange;
        this.line = line;
        this.sentAt = sentAt;
        this.outputsBefore = with.signs().outputs();
    }

    /** Its number in the life of its worker. */
    long id() {
        return id;
    }

    WorkerRequest exchange() {
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
        with.giveUp(this);
    }

    @Override
    public int worker() {
        return with.signs().worker();
    }

    @Override
    public String silence() {
        String stream = with.signs().replyStream();
        long lines = with.signs().outputs() - outputsBefore;
        if (lines > 0) {
            String all = lines == 1 ? "1 line" : lines + " lines";
            return "it has written " + all + " to its " + stream + " since, and no reply with that (see the log)";
        }
        return with.signs().lastByteAt() > sentAt
                ? "it has answered others since, or without a usable id (see the log)"
                : "it has written nothing to its " + stream
                        + " since; is it slow, does it flush, does it read line by line?";
    }

    /** Nobody waits any more; after {@code abandonment} nobody waits for the child either. */
    void givenUp(EventLoop.Timer abandonment) {
        givenUp = true;
        this.abandonment = abandonment;
    }

    /** It is not waited for here either, though it keeps its place. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** The answer came, or never will. */
    void over() {
        if (abandonment != null) {
            abandonment.stop();
        }
    }
}
