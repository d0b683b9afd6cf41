package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.transport.ReplyReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which request each reply is for, where replies have no ids: the one that was sent first, if the child can have read it by
 * then, and if the child numbers its replies, the one with that number. Where it turns out that the child has written more
 * than it was asked for, replies and requests are out of step, and no caller gets anything of this child any more.
 *
 * <p>A reply may have to be held for a moment before its caller gets it, to see that no other follows: the first of a life
 * after one that was out of step, one that looks like no other ({@link OrderCheck#suspects}), and several that come together
 * where one is owed. If another follows, nobody can tell which is the reply, and its caller hears that.
 *
 * <p>Event loop only.
 */
final class ReplyOrder {
    private static final String CURE =
            "set --reply=predictions if only objects with \"predictions\" are replies, write logs to stderr, or put the number"
                    + " of the line that it answers in front of each reply (docs/protocol.md)";

    /** Why a worker ends that has written too much. */
    static final String TOO_MUCH = "it wrote more JSON objects than it was asked for; " + CURE;

    private static final String AMBIGUOUS =
            "the program's reply can't be used: the program wrote more JSON objects than it was"
                    + " asked for, so that it can't be told which of them is the reply; " + CURE;

    private static final Flaw UNNUMBERED = new Flaw(
            "unnumbered",
            Flaw.Sign.REPLY,
            "it has no number in front, and replies before it had one; once a program numbers its replies, only numbered ones"
                    + " count");

    private static final Flaw MISCOUNTED = new Flaw(
            "miscounted",
            Flaw.Sign.REPLY_OR_LOG,
            "the number in front is not that of the line that is answered; count every line that is read, from 1 on");

    /** Between two looks at whether the child has read its request: they cost a timer. */
    private static final Duration LOOKS_APART = Duration.ofMillis(5);

    private static final Duration SOONEST_LOOK = Duration.ofMillis(1);
    private static final Duration LATEST_LOOK = Duration.ofMillis(50);

    private final EventLoop loop;
    private final ReplyReader replies;
    private final Habits habits;
    private final OrderCheck check;
    private final FlawedReplies flaws;
    private final Owner owner;
    private final List<InFlight> held = new ArrayList<>();
    /** Requests that the child has answered, or counts as having answered. */
    private long answered;

    private boolean lost;
    private EventLoop.@Nullable Timer nextLook;
    private long lastLookAt;
    private long lastAnswerAt;

    /** Knows the requests, and does what is decided here. */
    interface Owner extends FlawedReplies.Owner {
        /** The request that is owed an answer first; null for none. */
        @Nullable
        InFlight oldest();

        /** Requests that have not ended, with those whose reply is held. */
        int load();

        /** True if the child can have read the request when it wrote what arrived. */
        boolean mayBeRead(InFlight request, ReplyReader.Arrival arrival);

        /** True if the child has certainly not read the request. */
        boolean isUntouched(InFlight request);

        /** How many such requests are owed an answer. */
        int read(ReplyReader.Arrival arrival);

        /** The request has its answer. */
        void settle(InFlight request, Message.Outcome reply);

        /** A reply that was missing has come, and nobody waits for it. */
        void late(Message.Outcome reply);

        /**
         * There is a reply that no request waits for. The callee drops it.
         *
         * @return true if this is the end of the worker
         */
        boolean surplus(Message.Outcome reply);

        /** The worker must end, for what its replies are mixed up with; {@code why} is for people. */
        void outOfStep(String why);

        /** The worker may be given requests again. */
        void checked();
    }

    ReplyOrder(WorkerSettings settings, EventLoop loop, ReplyReader replies, Habits habits, Owner owner) {
        this.loop = loop;
        this.replies = replies;
        this.habits = habits;
        this.owner = owner;
        Duration longest = settings.patience().requestTimeout();
        this.flaws = new FlawedReplies(loop, habits, longest, owner);
        this.check = new OrderCheck(settings.orderCheck(), longest.dividedBy(2), loop, habits, new Checks());
    }

    /** Requests that are owed an answer. */
    private int owed() {
        return owner.load() - held.size();
    }

    /** True if the child, which has {@code load} requests, may be given one more. */
    boolean allows(int load) {
        return flaws.allowMore(load) && check.allows(load == 0);
    }

    /** True if the child is to be left idle for a moment before it counts as ready. */
    boolean isCheckDue() {
        return check.isDue();
    }

    /**
     * The child was given a request. If it owes nothing else, it soon has read that; one that has not still works on another,
     * so that it has answered one too many. That is looked at now and then.
     */
    void sent(InFlight request) {
        if (nextLook == null && !check.isOff()) {
            long now = request.sentAt;
            lookAfter(Math.max(patience(), lastLookAt + LOOKS_APART.toNanos() - now), true);
        }
    }

    /** How long a child that owes nothing may take to read a request: half of what it takes to answer it. */
    private long patience() {
        return Math.max(SOONEST_LOOK.toNanos(), Math.min(LATEST_LOOK.toNanos(), check.halfUsual()));
    }

    private void lookAfter(long nanos, boolean mayLookAgain) {
        nextLook = loop.afterNanos(nanos, () -> look(mayLookAgain));
    }

    private void look(boolean mayLookAgain) {
        nextLook = null;
        long now = loop.now();
        InFlight oldest = owner.oldest();
        long left = oldest == null ? 0 : Math.max(oldest.sentAt, lastAnswerAt) + patience() - now;
        if (left > 0 && mayLookAgain) {
            // It was given a request just now.
            lookAfter(left, false);
            return;
        }
        lastLookAt = now;
        if (oldest == null || left > 0) {
            return;
        }
        if (owner.isUntouched(oldest)) {
            check.raise(Habits.Alarm.UNREAD);
        } else {
            habits.readInTime();
        }
    }

    /** Takes in what the child has written. */
    void take(List<Message.Outcome> batch, ReplyReader.Arrival arrival) {
        boolean tooMuch = !check.isOff()
                && batch.size() > owed()
                && batch.stream()
                                .filter(reply -> !(reply instanceof Message.Flawed))
                                .count()
                        > owed();
        for (Message.Outcome reply : batch) {
            if (lost) {
                reply.drop();
            } else if (reply instanceof Message.Flawed flawed) {
                flawed(flawed.flaw(), arrival);
            } else {
                take(reply, arrival, tooMuch);
            }
        }
    }

    private void take(Message.Outcome reply, ReplyReader.Arrival arrival, boolean tooMuch) {
        InFlight oldest = owner.oldest();
        Flaw flaw = flawOfNumber(reply);
        if (flaw != null) {
            replies.disown(reply, flaw);
            flawed(flaw, arrival);
        } else if (oldest == null || !owner.mayBeRead(oldest, arrival)) {
            nobodys(reply);
        } else if (reply.id() != Message.NEXT && reply.id() != answered + 1) {
            misnumbered(reply, oldest);
        } else if (flaws.isFor(oldest)) {
            if (reply.id() != Message.NEXT) {
                habits.numberedReply();
            }
            answers(oldest, reply, tooMuch);
        } else {
            reply.drop();
        }
    }

    /** What keeps a line from being a reply in this program, though it would be one in another; null for nothing. */
    private @Nullable Flaw flawOfNumber(Message.Outcome reply) {
        if (reply.id() == Message.NEXT) {
            return habits.numbersReplies() ? UNNUMBERED : null;
        }
        boolean isRight = reply.id() == answered + 1 && owner.oldest() != null;
        return habits.numbersReplies() || isRight ? null : MISCOUNTED;
    }

    private void nobodys(Message.Outcome reply) {
        if (flaws.wasMissing()) {
            owner.late(reply);
            return;
        }
        for (InFlight ambiguous : List.copyOf(held)) {
            owner.tell(ambiguous, AMBIGUOUS);
        }
        if (owner.surplus(reply)) {
            loseOrder();
        }
    }

    private void misnumbered(Message.Outcome reply, InFlight oldest) {
        loseOrder();
        String why =
                "the number in front of it is " + reply.id() + ", and line " + (answered + 1) + " was to be answered";
        reply.drop();
        owner.tell(oldest, "the program's reply can't be used: " + why);
        owner.outOfStep("of its last reply, " + why);
    }

    private void loseOrder() {
        lost = true;
        // Nothing passes any more, least of all what made it stumble: the child may take a while to end.
        check.stop();
        habits.lostOrder();
    }

    private void answers(InFlight asked, Message.Outcome reply, boolean tooMuch) {
        long names = reply instanceof Message.Reply full ? full.names() : 0;
        // Since the count was taken, this very reply may have shown that replies are numbered.
        boolean suspect = check.suspects(names) || (tooMuch && !check.isOff());
        if (suspect) {
            check.demand();
        }
        lastAnswerAt = loop.now();
        long took = lastAnswerAt - asked.sentAt;
        answered++;
        if ((suspect || check.mustHold()) && asked.request.isCallers() && !asked.givenUp) {
            asked.hold(reply, lastAnswerAt);
            held.add(asked);
        } else {
            owner.settle(asked, reply);
        }
        check.answered(owed() == 0, took, names, replies.outputs());
        if (check.isOff()) {
            release();
        }
    }

    /** What is held is passed on: there is no check to wait for, or it is passed. */
    private void release() {
        while (!held.isEmpty()) {
            InFlight asked = held.remove(0);
            Message.Outcome reply = asked.held;
            if (reply != null) {
                asked.held = null;
                owner.settle(asked, reply);
            }
        }
    }

    /** A line that is no reply may have been meant as one. */
    void flawed(Flaw flaw, ReplyReader.Arrival arrival) {
        InFlight oldest = owner.oldest();
        if (oldest != null && owner.mayBeRead(oldest, arrival)) {
            // Where replies are numbered, it is clear whose each is, however many are owed.
            flaws.wrote(flaw, oldest, habits.numbersReplies() ? 1 : owner.read(arrival));
        }
    }

    /** A flawed line counts as the answer. */
    void counted() {
        answered++;
    }

    /** A request has gone, and was not answered. */
    void left() {
        if (!lost) {
            check.idle(owed() == 0);
        }
    }

    /** It has been decided what becomes of the child. */
    void stopWatching() {
        flaws.stop();
    }

    /** There is no child any more. */
    void end() {
        check.stop();
        if (nextLook != null) {
            nextLook.stop();
        }
    }

    private final class Checks implements OrderCheck.Owner {
        @Override
        public boolean mustGoOn() {
            return !held.isEmpty() && owner.isWorking();
        }

        @Override
        public void passed() {
            release();
            owner.checked();
        }
    }
}
