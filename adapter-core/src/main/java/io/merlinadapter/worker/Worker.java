package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.Exit;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.PendingChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child together with its channel, and what it owes. Lives from the start of the child to its end; its successor is
 * another worker with the same number. For the loop.
 */
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private final int number;
    private final WorkerSettings settings;
    private final PoolResources parts;
    private final EventLoop loop;
    private final WorkerOwner owner;
    private final Readiness readiness;
    private final LifeSigns signs;
    private final Conversation conversation;
    private final Ending ending = new Ending();
    private final long bornAt;

    private WorkerState state = WorkerState.STARTING;
    /** Answers that were no caller's. */
    private int answersBefore;

    private long readyAt;

    /** A worker whose child is about to be started; {@code proven} says that this program has answered before. */
    Worker(int number, WorkerSettings settings, PoolResources parts, WorkerOwner owner, boolean proven) {
        this.number = number;
        this.settings = settings;
        this.parts = parts;
        this.loop = parts.loop();
        this.owner = owner;
        this.readiness = new Readiness(settings.readiness(), parts, this, proven);
        this.bornAt = loop.now();
        Conduct conduct = new Conduct(this, parts);
        this.signs = new LifeSigns(number, parts, settings.maxReply(), conduct);
        this.conversation = new Conversation(settings, parts, signs, conduct);
        readiness.born();
    }

    int number() {
        return number;
    }

    WorkerState state() {
        return state;
    }

    int load() {
        return conversation.load();
    }

    /** How many requests it may be given at a time. */
    int capacity() {
        return conversation.capacity();
    }

    /** How many answers it has given to callers; the warm-up is none. */
    int served() {
        return readyAt == 0 ? 0 : conversation.answers() - answersBefore;
    }

    Conversation conversation() {
        return conversation;
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
        return state == WorkerState.READY && conversation.canTake();
    }

    /** Whether it is to be left alone for a moment, to see that it writes no answer too many. */
    boolean mustRest() {
        return conversation.mustRest();
    }

    /** How long it has been ready, in nanoseconds; 0 if it never was. */
    long readyNanos() {
        return readyAt == 0 ? 0 : loop.now() - readyAt;
    }

    /** Gives the child a request; null if it reads no more, and has not seen it. */
    @Nullable
    Slot send(WorkerRequest exchange) {
        return conversation.send(exchange);
    }

    /** The child can't be written to any more. */
    void hearsNothing() {
        conversation.hearsNothing();
    }

    /** The child runs. */
    void runs(Child child, PendingChannel to) {
        signs.runs(child, to);
        ending.mayCome(new StopLadder(toString(), parts, child, conversation::close, this::immortal));
    }

    /** The child can be written to. */
    void connected(Channel to) {
        conversation.open(to);
        if (state == WorkerState.STARTING) {
            readiness.begin();
        }
    }

    /** The child has said what it can do. */
    void learned(Capabilities capabilities) {
        conversation.learned(capabilities);
        int offered = capabilities.concurrency();
        if (capacity() < offered) {
            log.info("{}: it can do {} requests at a time and gets {} (--max-in-flight)", this, offered, capacity());
        }
    }

    /** Its channel was congested. */
    void mayHaveRoom() {
        if (state == WorkerState.READY) {
            owner.hasRoom(this);
        }
    }

    /** Something that was owed is owed no more. */
    void settled() {
        endIfDrained();
        if (state != WorkerState.DEAD) {
            owner.hasRoom(this);
        }
    }

    /** Answers that nobody waits for keep no worker alive. */
    private void endIfDrained() {
        if (state == WorkerState.DRAINING && !conversation.isAwaited()) {
            String done = conversation.owesNothing() ? "it has finished what it had" : "no caller waits for it";
            terminate(ending.leaves(), ending.leaves() == DeathReason.RECYCLED ? done : ending.leavesWhy());
        }
    }

    /** It has been left alone for long enough to be trusted. */
    void rested() {
        readiness.rested();
        owner.hasRoom(this);
    }

    void ready(String why) {
        readiness.stop();
        answersBefore = conversation.answers();
        readyAt = loop.now();
        // First, lest whoever hears of it miss it in the metrics.
        parts.metrics().workerStarted(number, readyAt - bornAt);
        moveTo(WorkerState.READY, why);
        owner.hasRoom(this);
    }

    /** Takes no more; ends when no caller waits for it. */
    void drain(String why) {
        leave(DeathReason.RECYCLED, why);
    }

    /** As {@link #drain}, of one that is no good any more: it gets so much time and no more. */
    void retire(DeathReason reason, String why) {
        leave(reason, why);
        loop.after(settings.drainTimeout(), () -> terminate(reason, why));
    }

    private void leave(DeathReason reason, String why) {
        if (state == WorkerState.READY) {
            ending.leave(reason, why);
            moveTo(WorkerState.DRAINING, why);
            endIfDrained();
        } else if (state != WorkerState.DRAINING) {
            terminate(reason, why);
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
            boolean asked = reason == DeathReason.RECYCLED || reason == DeathReason.FATAL;
            boolean polite = state != WorkerState.STARTING && asked;
            readiness.stop();
            conversation.stopWaiting();
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
        signs.letGo();
    }

    /** There is no child, or no more. Everything that is owed is settled here and only here. */
    void end(DeathReason natural, String how) {
        if (state == WorkerState.DEAD) {
            return;
        }
        ending.over();
        readiness.stop();
        signs.over();
        conversation.end();
        moveTo(WorkerState.DEAD, how);
        String cause = ending.cause(how);
        int lost = conversation.writeOff(cause);
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
