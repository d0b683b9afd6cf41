package io.merlinadapter.worker;

import io.merlinadapter.channel.Channel;
import io.merlinadapter.channel.Line;
import io.merlinadapter.channel.PendingChannel;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.merlinadapter.predict.Body;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.Exit;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One child together with its channel, and what it owes. Lives from the start of the child to its end; its successor is
 * another worker with the same number. For the loop.
 */
final class Worker implements ReplyReader.Inbox {
    /** Looks at a child that has ended, as it seems, before its end need no longer be waited for. */
    private static final int STREAM_CHECKS = 20;

    private final int number;
    private final WorkerSettings settings;
    private final PoolParts parts;
    private final Loop loop;
    private final WorkerOwner owner;
    private final OrderCheck order;
    private final Readiness readiness;
    private final LifeSigns signs;
    private final Debts owed;
    private final Patience patience;
    private final Ending ending = new Ending();
    private final Strays strays;
    private final long bornAt;

    private WorkerState state = WorkerState.STARTING;
    private @Nullable Channel channel;
    private boolean deaf;
    private boolean answered;
    private int served;
    private long readyAt;

    /** A worker whose child is about to be started; {@code proven} says that this program has answered before. */
    Worker(int number, WorkerSettings settings, PoolParts parts, WorkerOwner owner, boolean proven) {
        this.number = number;
        this.settings = settings;
        this.parts = parts;
        this.loop = parts.loop();
        this.owner = owner;
        this.order = new OrderCheck(settings.orderCheck(), loop, this::rested);
        this.readiness = new Readiness(settings.readiness(), parts, this, proven);
        this.owed = new Debts(parts);
        this.patience = new Patience(settings.patience(), loop, this, owed);
        this.strays = new Strays(toString());
        this.bornAt = loop.now();
        this.signs = new LifeSigns(number, parts, settings.maxReply(), this);
        readiness.born();
    }

    int number() {
        return number;
    }

    WorkerState state() {
        return state;
    }

    int load() {
        return owed.size();
    }

    /** How many answers it has given to callers; the warm-up is none. */
    int served() {
        return served;
    }

    LifeSigns signs() {
        return signs;
    }

    /** Whether it ends, or has ended, because it was told to. */
    boolean isRetired() {
        return ending.isPlanned();
    }

    /** Whether it is ready, or may become so, or is known to make room for a successor. */
    boolean isDue() {
        return state != WorkerState.TERMINATING || ending.isUnderWay();
    }

    boolean canTake() {
        return state == WorkerState.READY
                && !deaf
                && channel != null
                && !channel.isCongested()
                && owed.size() < settings.maxInFlight()
                && order.allows(owed.isEmpty());
    }

    /** Whether it is to be left alone for a moment, to see that it writes no answer too many. */
    boolean mustRest() {
        return order.isDue();
    }

    /** How long it has been ready, in nanoseconds; 0 if it never was. */
    long readyNanos() {
        return readyAt == 0 ? 0 : loop.now() - readyAt;
    }

    /** Gives the child a request; null if it reads no more, and has not seen it. */
    @Nullable
    Slot send(Exchange exchange) {
        Channel open = channel;
        Body body = exchange.body();
        // A body that is written need not be held, and paid for, while the program works on it.
        Runnable afterWriting = exchange.mayBeRepeated() ? () -> {} : () -> loop.later(body::release);
        Line line = new Line(afterWriting, ByteBuffer.wrap(body.bytes(), body.offset(), body.length()));
        InFlight inFlight = new InFlight(this, exchange, line, loop.now());
        if (open == null || deaf || !open.write(line)) {
            hearsNothing();
            return null;
        }
        owed.add(inFlight);
        patience.owes();
        return inFlight;
    }

    /** Nobody waits for this answer any more. */
    void giveUp(InFlight inFlight) {
        if (state == WorkerState.DEAD || inFlight.isGivenUp()) {
            return;
        }
        if (channel != null && channel.withdraw(inFlight.line())) {
            owed.forgive(inFlight);
            owner.hasRoom(this);
        } else {
            patience.givenUp(inFlight);
        }
        endIfDrained();
    }

    /** The child can't be written to any more. */
    void hearsNothing() {
        if (!deaf) {
            deaf = true;
            // One that only closed its stdin is of no use.
            lostStream("it reads no more", STREAM_CHECKS);
        }
    }

    /** The child runs. */
    void runs(Child child, PendingChannel to) {
        signs.runs(child, to);
        ending.mayCome(new StopLadder(toString(), parts, child, this::closeInput, this::immortal));
    }

    /** The child can be written to. */
    void connected(Channel to) {
        channel = to;
        if (state == WorkerState.STARTING) {
            readiness.begin();
        }
    }

    private void closeInput() {
        if (channel != null) {
            channel.close();
        }
    }

    /** Its channel was congested. */
    void mayHaveRoom() {
        if (state == WorkerState.READY) {
            owner.hasRoom(this);
        }
    }

    /** The child has written something that counts as answers, which was read at {@code readAt}. */
    @Override
    public void answers(List<Answer> answers, long readAt) {
        for (Answer answer : answers) {
            InFlight oldest = owed.oldest();
            if (oldest == null || oldest.sentAt() > readAt || isUntouched(oldest)) {
                stray(answer);
            } else {
                answered = true;
                served += state == WorkerState.STARTING ? 0 : 1;
                owed.settle(oldest, answer);
                order.answered(owed.isEmpty());
            }
        }
        // Only now, with the whole batch taken in: what follows an answer in it was not asked for by the next request.
        endIfDrained();
        if (state != WorkerState.DEAD) {
            owner.hasRoom(this);
        }
    }

    private boolean isUntouched(InFlight inFlight) {
        return channel != null && channel.isUntouched(inFlight.line());
    }

    /** Answers that nobody waits for keep no worker alive. */
    private void endIfDrained() {
        if (state == WorkerState.DRAINING && !owed.isAwaited()) {
            terminate(DeathReason.RECYCLED, owed.isEmpty() ? "it has finished what it had" : "no caller waits for it");
        }
    }

    /** Something that looks like an answer although the child has not read a request for it. */
    private void stray(Answer answer) {
        boolean serving = state.mayBecome(WorkerState.TERMINATING) && (state != WorkerState.STARTING || answered);
        if (strays.breakTrust(answer, state == WorkerState.STARTING, serving)) {
            terminate(DeathReason.PROTOCOL, "it answered more than it was asked");
        }
    }

    /** The child has closed its stdout. */
    @Override
    public void ended() {
        lostStream("it has closed its " + signs.replyStream(), STREAM_CHECKS);
    }

    /** A child that has ended is heard of within moments, with the true reason; one that lives on is replaced. */
    private void lostStream(String why, int checksLeft) {
        loop.after(Readiness.GRACE, () -> {
            Child child = signs.child();
            if (checksLeft > 0 && child != null && child.hasEnded() && state != WorkerState.DEAD) {
                lostStream(why, checksLeft - 1);
            } else {
                terminate(DeathReason.PROTOCOL, why);
            }
        });
    }

    private void rested() {
        readiness.rested();
        owner.hasRoom(this);
    }

    void ready(String why) {
        readiness.stop();
        moveTo(WorkerState.READY, why);
        readyAt = loop.now();
        parts.metrics().workerStarted(number, readyAt - bornAt);
        owner.hasRoom(this);
    }

    /** Takes no more; ends when no caller waits for it. */
    void drain(String why) {
        if (state == WorkerState.READY) {
            moveTo(WorkerState.DRAINING, why);
            endIfDrained();
        } else if (state != WorkerState.DRAINING) {
            terminate(DeathReason.RECYCLED, why);
        }
    }

    /** Ends the child now, whoever waits for it. */
    void hurry() {
        terminate(DeathReason.RECYCLED, "the adapter is stopping at once");
        ending.hurry();
    }

    /** Ends the child; one that has served gets time to end by itself. */
    void terminate(DeathReason reason, String why) {
        if (state.mayBecome(WorkerState.TERMINATING)) {
            boolean polite = state != WorkerState.STARTING && reason == DeathReason.RECYCLED;
            readiness.stop();
            patience.stop();
            ending.decide(reason, why);
            moveTo(WorkerState.TERMINATING, why);
            if (polite) {
                ending.begin();
            } else {
                ending.hurry();
            }
        }
    }

    /** The child has ended, and everything it wrote has been taken in. */
    void exited(Exit exit) {
        end(Death.naturalReason(exit, state == WorkerState.STARTING), "it ended with " + exit.describe());
    }

    /** Nothing ends it; its successor shall not wait for that. */
    private void immortal() {
        end(DeathReason.HANG, "it can't be killed and is left behind; " + signs.describe());
    }

    /** There is no child, or no more. Everything that is owed is settled here and only here. */
    void end(DeathReason natural, String how) {
        if (state == WorkerState.DEAD) {
            return;
        }
        ending.over();
        readiness.stop();
        patience.stop();
        order.stop();
        List<Line> unread = channel == null ? List.of() : channel.halt();
        moveTo(WorkerState.DEAD, how);
        String cause = ending.cause(how);
        int lost = owed.writeOff(unread, cause);
        // Before it was ready it had no caller's request, only the warm-up.
        owner.dead(this, new Death(ending.reason(natural), cause, readyAt == 0 ? 0 : lost));
    }

    private void moveTo(WorkerState next, String why) {
        loop.check();
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(this + " can't become " + next);
        }
        state = next;
        owner.moved(this, why);
    }

    @Override
    public String toString() {
        return "worker " + number;
    }
}
