package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.transport.Line;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that a worker was given and has not answered. Changed by its {@link Pipeline} alone. Event loop only. */
public final class InFlight {
    /** The number of the request, which no other request of this worker ever has. */
    final long id;

    final WorkerRequest request;
    /** Where it stands; another line in place of the first one only while the child has read nothing of that. */
    RequestLine on;

    final long sentAt;
    final Silence silence;
    private final int worker;
    private final Actions actions;

    /** True once no caller waits for the answer any more. */
    boolean givenUp;

    /** True once the adapter itself does not wait for the answer any more; its place stays taken. */
    boolean abandoned;

    /** Its answer, which has come and is not passed on yet. */
    Message.@Nullable Outcome held;

    private long heldSince;

    /** How long the child took to answer, once it has. */
    long tookNanos;

    /** How the worker ended that gave it back. */
    String lostBy = "";

    EventLoop.@Nullable Timer abandonment;

    /** What only its pipeline can do and know. */
    interface Actions {
        /** Does what {@link InFlight#giveUp()} says. */
        void giveUp(InFlight request);

        /** Knows what {@link InFlight#silence()} says. */
        String silence(InFlight request);

        /** Does what {@link InFlight#overdue} says. */
        void overdue(String told);

        /** Does what {@link InFlight#judge} says. */
        void judge(InFlight request, boolean good);
    }

    InFlight(
            long id, WorkerRequest request, RequestLine on, long sentAt, int worker, Silence silence, Actions actions) {
        this.id = id;
        this.request = request;
        this.on = on;
        this.sentAt = sentAt;
        this.worker = worker;
        this.silence = silence;
        this.actions = actions;
    }

    /**
     * No caller waits for the answer any more, and the request is told nothing further. Its place in the worker stays taken
     * until the child has answered, unless the child was not given the request yet.
     */
    public void giveUp() {
        actions.giveUp(this);
    }

    Line line() {
        return on.line;
    }

    /** How many requests were on its line. */
    public int batchSize() {
        return on.size();
    }

    /** The number of the worker. */
    public int worker() {
        return worker;
    }

    /** How the worker ended, in words of the adapter's own; empty while it has not. */
    public String lostBy() {
        return lostBy;
    }

    /** What the child has done since it got the request: the end of a sentence that says it did not answer. */
    public String silence() {
        return actions.silence(this);
    }

    /** Its deadline has passed, of which its caller is {@code told}; the log has it, too. */
    public void overdue(String told) {
        actions.overdue(told);
    }

    /** The reply, which its owner has got, was good, or was not, by fault of the program. Nothing is known of it before. */
    public void judge(boolean good) {
        actions.judge(this, good);
    }

    /** Its answer has come, and is to be passed on later. */
    void hold(Message.Outcome reply, long now) {
        held = reply;
        heldSince = now;
    }

    /** When its answer came, of one that has it {@code now} at the latest. */
    long answeredAt(long now) {
        return heldSince == 0 ? now : heldSince;
    }

    /** The answer came, or never will. */
    void end() {
        if (abandonment != null) {
            abandonment.stop();
        }
    }

    /**
     * A line that a child was given, and the requests on it: one, or a batch of them. It takes one place of the child's until all
     * of them are over. Changed by its {@link Pipeline} alone. Event loop only.
     */
    static final class RequestLine {
        final Line line;
        /** All that were on it when it was written, those that are over among them. */
        final List<InFlight> requests = new ArrayList<>();

        private int owed;

        RequestLine(Line line) {
            this.line = line;
        }

        void add(InFlight request) {
            requests.add(request);
            request.on = this;
            owed++;
        }

        /** One of them is over. Returns true if that was the last. */
        boolean ended() {
            owed--;
            return owed == 0;
        }

        int size() {
            return requests.size();
        }
    }
}
