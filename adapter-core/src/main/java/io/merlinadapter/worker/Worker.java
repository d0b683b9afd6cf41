package io.merlinadapter.worker;

import io.merlinadapter.channel.Channel;
import io.merlinadapter.channel.Line;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.merlinadapter.predict.Body;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.Exit;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child together with its channel, and what it owes. Lives from the start of the child to its end; its successor is
 * another worker with the same number. For the loop.
 */
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final String SURPLUS = "{}: it wrote an answer that no request was waiting for, so answers since its"
            + " last check may have gone to the wrong requests; it is replaced. Write logs to stderr, never JSON objects to"
            + " stdout. The line: {}";

    private final int number;
    private final WorkerSettings settings;
    private final PoolParts parts;
    private final Loop loop;
    private final WorkerOwner owner;
    private final OrderCheck order;
    private final Readiness readiness;
    private final Debts owed;
    private final long bornAt;

    private WorkerState state = WorkerState.STARTING;
    private LongSupplier outputs = () -> 0;
    private @Nullable Channel channel;
    private @Nullable StopLadder ladder;
    private boolean deaf;
    private boolean warnedOfBanner;
    private boolean answered;
    private @Nullable DeathReason endedFor;
    private String endedWhy = "";
    private long readyAt;

    /** A worker that is not started yet; {@code proven} says that this program has answered before. */
    Worker(int number, WorkerSettings settings, PoolParts parts, WorkerOwner owner, boolean proven) {
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

    /** Whether it has answered anything. */
    boolean hasAnswered() {
        return answered;
    }

    /** Whether it ends, or has ended, because it was told to. */
    boolean isRetired() {
        return endedFor == DeathReason.RECYCLED;
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
        // A body that is written need not be held, and paid for, while the program works on it.
        Line line = new Line(body.bytes(), body.offset(), body.length(), () -> loop.later(body::release));
        long sentAt = loop.now();
        if (open == null || deaf || !open.write(line)) {
            hearsNothing();
            return null;
        }
        InFlight inFlight = new InFlight(this, exchange, line, sentAt);
        owed.add(inFlight);
        return inFlight;
    }

    /** Lines it has written that were no answers. */
    long outputs() {
        return outputs.getAsLong();
    }

    /** Nobody waits for this answer any more. */
    void giveUp(InFlight inFlight) {
        if (state == WorkerState.DEAD || inFlight.isGivenUp()) {
            return;
        }
        if (channel != null && channel.withdraw(inFlight.line())) {
            owed.forgive(inFlight);
            owner.hasRoom(this);
            return;
        }
        inFlight.givenUp(loop.after(settings.abandonAfter(), () -> abandon(inFlight)));
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

    /** The child runs; {@code outputs} counts its lines that are no answers. */
    void started(Child child, Channel to, LongSupplier outputs) {
        this.channel = to;
        this.outputs = outputs;
        ladder = new StopLadder(toString(), parts, child, to);
        if (state == WorkerState.TERMINATING) {
            ladder.hurry();
        } else {
            readiness.begin();
        }
    }

    /** The child has written something that counts as answers, which was read at {@code readAt}. */
    void answers(List<Answer> answers, long readAt) {
        for (Answer answer : answers) {
            InFlight oldest = owed.oldest();
            if (oldest == null || oldest.sentAt() > readAt || isUntouched(oldest)) {
                stray(answer);
            } else {
                answered = true;
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
        String line = answer.preview();
        answer.drop();
        if (state == WorkerState.STARTING && !answered) {
            if (!warnedOfBanner) {
                warnedOfBanner = true;
                log.warn(
                        "{}: it wrote a JSON object before it was asked anything; write logs to stderr: {}",
                        this,
                        line);
            }
        } else if (state.mayBecome(WorkerState.TERMINATING)) {
            log.error(SURPLUS, this, line);
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
        moveTo(WorkerState.READY, why);
        readyAt = loop.now();
        parts.metrics().workerStarted(number, readyAt - bornAt);
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

    /** Ends the child now, whoever waits for it. */
    void hurry() {
        terminate(DeathReason.RECYCLED, "the adapter is stopping at once");
        if (ladder != null) {
            ladder.hurry();
        }
    }

    /** Ends the child; one that has served gets time to end by itself. */
    void terminate(DeathReason reason, String why) {
        if (!state.mayBecome(WorkerState.TERMINATING)) {
            return;
        }
        boolean polite = state != WorkerState.STARTING && reason == DeathReason.RECYCLED;
        endedFor = reason;
        endedWhy = why;
        readiness.stop();
        moveTo(WorkerState.TERMINATING, why);
        if (ladder != null && polite) {
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
        String cause = endedWhy.isEmpty() ? why : endedWhy;
        owed.writeOff(unbegun, cause);
        owner.dead(this, reason, cause);
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
