package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.transport.Line;
import io.merlinadapter.transport.ReplyReader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that a worker was given and has not answered. Changed by its {@link Pipeline} alone. Event loop only. */
public final class InFlight {
    /** The number of the request, which no other request of this worker ever has. */
    final long id;

    final WorkerRequest request;
    final Line line;
    final long sentAt;
    private final int worker;
    private final ReplyReader replies;
    private final long outputsBefore;
    private final Consumer<InFlight> giveUp;

    /** True once no caller waits for the answer any more. */
    boolean givenUp;

    /** True once the adapter itself does not wait for the answer any more; its place stays taken. */
    boolean abandoned;

    EventLoop.@Nullable Timer abandonment;

    /**
     * @param giveUp what {@link #giveUp()} does; the same object for all requests of a worker
     */
    InFlight(
            long id,
            WorkerRequest request,
            Line line,
            long sentAt,
            int worker,
            ReplyReader replies,
            Consumer<InFlight> giveUp) {
        this.id = id;
        this.request = request;
        this.line = line;
        this.sentAt = sentAt;
        this.worker = worker;
        this.replies = replies;
        this.outputsBefore = replies.outputs();
        this.giveUp = giveUp;
    }

    /**
     * No caller waits for the answer any more, and the request is told nothing further. Its place in the worker stays taken
     * until the child has answered, unless the child was not given the request yet.
     */
    public void giveUp() {
        giveUp.accept(this);
    }

    /** The number of the worker. */
    public int worker() {
        return worker;
    }

    /** What the child has done since it got the request: the end of a sentence that says it did not answer. */
    public String silence() {
        String stream = replies.stream();
        long lines = replies.outputs() - outputsBefore;
        if (lines > 0) {
            return "it has written " + (lines == 1 ? "1 line" : lines + " lines") + " to its " + stream
                    + " since, and no reply with that (see the log)";
        }
        return replies.lastByteAt() > sentAt
                ? "it has answered others since, or without a usable id (see the log)"
                : "it has written nothing to its " + stream
                        + " since; is it slow, does it flush, does it read line by line?";
    }

    /** The answer came, or never will. */
    void end() {
        if (abandonment != null) {
            abandonment.stop();
        }
    }
}
