package io.merlinadapter.worker;

import io.merlinadapter.channel.Channel;
import io.merlinadapter.channel.Line;
import io.merlinadapter.channel.StdioChannel;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.merlinadapter.predict.Body;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.Exit;
import java.util.List;
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
    private final PoolParts parts;
    private final Loop loop;
    private final Owner owner;
    private final OrderCheck order;
    private final Readiness readiness;
    private final Debts owed;
    private final long bornAt;

    private WorkerState state = WorkerState.STARTING;
    private @Nullable Channel channel;
    private @Nullable StopLadder ladder;
    private boolean deaf;
    private boolean trusted = true;
    private @Nullable DeathReason endedFor;
    private long readyAt;

    /** Who is told about a worker, on the loop. */
    interface Owner {
        /** It became ready, or has room again. */
        void hasRoom(Worker worker);

        /** It changed its state. */
        void moved(Worker worker, String why);

        /** Its program has answered a request. */
        void answeredOnce();

        /** It has ended; nothing is owed any more. */
        void dead(Worker worker, DeathReason reason);
    }

    /** A worker that is not started yet; {@code proven} says that this program has answered before. */
    Worker(int number, WorkerSettings settings, PoolParts parts, Owner owner, boolean proven) {
        this.number = number;
        this.settings = settings;
        this.parts = parts;
        this.loop = parts.loop();
        this.owner = owner;
        this.order = new OrderCheck(settings.orderCheck(), loop, this::rested);
        this.readiness = new Readiness(settings.readiness(), parts, this, proven);
        this.owed = new Debts(parts);
        this.bornAt = loop.now();
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

    boolean canTake() {
        return state == WorkerState.READY
                && !deaf
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
        Line line = new Line(body.bytes(), body.offset(), body.length());
        if (open == null || deaf || !open.write(line)) {
            hearsNothing();
            return null;
        }
        InFlight inFlight = owed.add(exchange, line);
        return () -> giveUp(inFlight);
    }

    private void giveUp(InFlight inFlight) {
        if (state == WorkerState.DEAD || inFlight.isGivenUp()) {
            return;
        }
        if (channel != null && channel.withdraw(inFlight.line())) {
            owed.forgive(inFlight);
            owner.hasRoom(this);
            return;
        }
        inFlight.giveUp(loop.after(settings.abandonAfter(), () -> abandon(inFlight)));
        endIfDrained();
    }

    /** In a format without ids an answer that never comes makes all later ones useless. */
    private void abandon(InFlight inFlight) {
        if (owed.includes(inFlight)) {
            long seconds = (loop.now() - inFlight.sentAt()) / 1_000_000_000L;
            terminate(DeathReason.HANG, "it has owed an answer for " + seconds + " s");
        }
    }

    private void hearsNothing() {
        if (!deaf) {
            deaf = true;
            // A child that has ended is told about within moments; one that only closed its stdin is of no use.
            loop.after(Readiness.GRACE, () -> terminate(DeathReason.PROTOCOL, "it has closed its stdin"));
        }
    }

    /** The child runs. */
    void started(Child child) {
        channel = StdioChannel.to(child, "worker-" + number);
        ladder = new StopLadder(toString(), parts, child, channel);
        log.info("{}: started as process {}", this, child.pid());
        if (state == WorkerState.TERMINATING) {
            ladder.hurry();
        } else {
            readiness.begin();
        }
    }

    /** The child has written something that counts as answers. */
    void answers(List<Answer> answers) {
        for (Answer answer : answers) {
            InFlight inFlight = owed.next();
            if (inFlight == null) {
                surplus(answer);
            } else {
                order.answered(owed.isEmpty());
                owner.answeredOnce();
                owed.settle(inFlight, answer);
                afterAnswer();
            }
        }
    }

    private void afterAnswer() {
        endIfDrained();
        if (canTake()) {
            owner.hasRoom(this);
        }
    }

    /** Answers that nobody waits for keep no worker alive. */
    private void endIfDrained() {
        if (state == WorkerState.DRAINING && !owed.isAwaited()) {
            terminate(DeathReason.RECYCLED, "it has finished what it had");
        }
    }

    /** Order is the only link between requests and answers: with one too many, the answers before it may be crossed. */
    private void surplus(Answer answer) {
        answer.drop();
        if (trusted) {
            trusted = false;
            log.error(
                    "{}: it wrote an answer that no request was waiting for, so answers since its last check may have"
                            + " gone to the wrong requests; it is replaced. Write logs to stderr, never JSON objects to"
                            + " stdout",
                    this);
            terminate(DeathReason.PROTOCOL, "it answered more than it was asked");
        }
    }

    /** The child has closed its stdout. */
    void silent() {
        loop.after(Readiness.GRACE, () -> terminate(DeathReason.PROTOCOL, "it has closed its stdout"));
    }

    private void rested() {
        readiness.rested();
        owner.hasRoom(this);
    }

    void ready(String why) {
        readyAt = loop.now();
        parts.metrics().workerStarted(number, readyAt - bornAt);
        moveTo(WorkerState.READY, why);
        owner.hasRoom(this);
    }

    /** Takes no more; ends when no caller waits for it. */
    void drain() {
        if (state == WorkerState.READY) {
            moveTo(WorkerState.DRAINING, "the adapter is stopping");
            endIfDrained();
        } else {
            terminate(DeathReason.RECYCLED, "the adapter is stopping");
        }
    }

    /** Ends the child, politely only where all is well. */
    void terminate(DeathReason reason, String why) {
        if (!state.mayBecome(WorkerState.TERMINATING)) {
            return;
        }
        endedFor = reason;
        moveTo(WorkerState.TERMINATING, why);
        if (ladder != null && reason == DeathReason.RECYCLED) {
            ladder.begin();
        } else if (ladder != null) {
            ladder.hurry();
        }
    }

    /** The child has ended, and everything it wrote has been taken in. */
    void exited(Exit exit) {
        DeathReason reason = endedFor;
        if (reason == null) {
            boolean starting = state == WorkerState.STARTING;
            reason = starting ? DeathReason.STARTUP : exit.bySignal() ? DeathReason.SIGNAL : DeathReason.EXIT;
        }
        end(reason, "it ended with " + exit.describe());
    }

    /** There is no child, or no more. Everything that is owed is settled here and only here. */
    void end(DeathReason reason, String why) {
        if (ladder != null) {
            ladder.ended();
        }
        readiness.stop();
        order.stop();
        List<Line> unbegun = channel == null ? List.of() : channel.halt();
        moveTo(WorkerState.DEAD, why);
        owed.writeOff(unbegun, why);
        owner.dead(this, reason);
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
