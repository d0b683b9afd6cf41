package io.merlinadapter.http.exchange;

import io.merlinadapter.http.exchange.ProtocolCodec.Head;
import io.merlinadapter.http.server.ServerLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.memory.MemoryBudget.Claim;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.text.Durations;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The arrival of one request's body, in time and paid for. It pays for what has come, not for what was announced; when
 * memory is short it claims all that it will need, stops reading, and waits. After an early answer, it forgets what still
 * comes. Event loop only.
 */
final class RequestBody {
    private static final long NO_TIMER = -1;
    /** A rest this small is read on so that the connection can live. */
    private static final int SMALL_REST = 64 * 1024;
    /** How many times the largest body is read and forgotten so that the caller gets to read its 413. */
    private static final long DISCARD_FACTOR = 8;
    /** The first array of a body that does not come at once. */
    private static final int FIRST = 1024;

    private static final int GROWTH = 4;
    private static final int FAR = 6;

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final ProtocolCodec codec;
    private final Listener listener;
    /** How many bytes will come, or -1 if nobody has said. */
    private long declared;

    private final MemoryBudget budget;
    private final BudgetedBuffer bytes;
    /** Since when its pace is measured, and what had come by then: time that it waited for memory does not count. */
    private long pacedNanos;

    private long pacedFrom;
    private int limit;
    private Head head;
    private Deadline deadline;
    private boolean receiving = true;
    private boolean ended;
    private boolean heldBack;
    private boolean paused;
    private long timer = NO_TIMER;
    private @Nullable Claim claim;
    /** What came when there was no memory for it. */
    private @Nullable Buffer unpaid;
    /** What was claimed for decoding, which comes next. */
    private long prepaid;

    private @Nullable BodyDrain drain;

    /** Receives the body. */
    interface Listener {
        /**
         * All of it is there.
         *
         * @param prepaid what was taken from the budget for decoding it, now the listener's
         */
        void arrived(Body body, long prepaid);

        /** It was still not complete at its deadline, or came too slowly while memory was short. */
        void late(Refusal refusal);

        /** It can't be taken in. */
        void failed(RuntimeException why);
    }

    RequestBody(
            Exchanges exchanges, HttpServerRequest request, ProtocolCodec codec, Deadline deadline, Listener listener) {
        this.codec = codec;
        this.head = codec.unread();
        this.exchanges = exchanges;
        this.request = request;
        this.limit = exchanges.settings().maxBody();
        this.deadline = deadline;
        this.listener = listener;
        this.declared = PredictHeaders.contentLength(request);
        this.budget = exchanges.services().budget();
        this.bytes = new BudgetedBuffer(budget, 0, 0, 0);
        this.pacedNanos = deadline.acceptedNanos();
    }

    /** Takes in what comes. */
    void begin() {
        request.handler(this::received);
        request.endHandler(this::receivedAll);
        heldBack = ServerLoop.expectsContinue(request);
    }

    /**
     * Says how much may come. Throws if the caller has announced more, or more than there will ever be memory for.
     *
     * @param read what the headers have said
     * @param maxBody the most bytes that the body may have, without its framing
     */
    void allow(Head read, int maxBody) {
        head = read;
        limit = read.framing() + maxBody;
        announce(declared);
    }

    private void announce(long length) {
        declared = length;
        if (declared > limit) {
            throw tooLarge(declared);
        }
        if (declared > MemoryBudget.SMALL && declared > budget.forBodies()) {
            throw neverFits(declared);
        }
    }

    /** Whether the caller asked before sending, and has no answer yet. */
    boolean isHeldBack() {
        return heldBack;
    }

    /** Tells a caller who asked before sending to send. */
    void letCome() {
        heldBack = false;
        request.response().writeContinue();
    }

    /** It is to be there by then. */
    void awaitUntil(Deadline by) {
        deadline = by;
        if (receiving) {
            exchanges.bodies().add(this);
        }
    }

    /** Called once the loop has read what there is: a body that is still not complete gets a timer. */
    void startDeadline() {
        timer = exchanges.vertx().setTimer(deadline.remainingMillis(exchanges.now()), id -> late());
    }

    boolean isReceiving() {
        return receiving;
    }

    private void received(Buffer data) {
        if (receiving) {
            try {
                take(data);
            } catch (RuntimeException e) {
                listener.failed(e);
            }
        } else if (drain != null) {
            drain.discarded(data.length());
        }
    }

    private void take(Buffer data) {
        int count = data.length();
        if (declared < 0 && bytes.length() == 0) {
            announce(codec.announced(data));
        }
        if (count > limit - bytes.length()) {
            throw tooLarge(bytes.length() + (long) count);
        }
        if (count <= bytes.room() || grow(bytes.length() + count)) {
            if (!bytes.add(count, data::getBytes)) {
                throw overloaded();
            }
        } else {
            unpaid = data;
        }
    }

    /** Makes room for {@code needed} bytes in all, or waits for it and returns false. */
    private boolean grow(int needed) {
        long most = declared >= 0 ? declared : limit;
        long target = Math.min(most, Math.max(Math.max(needed, FIRST), (long) GROWTH * bytes.length()));
        target = needed == declared ? needed : Math.max(needed, target);
        // A body that has grown far before it claims the rest could never have both, old and new.
        boolean far = target > MemoryBudget.SMALL && target > budget.forBodies() / FAR;
        if (!far && budget.tryReserveFreely(target)) {
            return growPaid((int) target);
        }
        if (target > MemoryBudget.SMALL) {
            claimAll(most);
            return false;
        }
        exchanges.relieve();
        if (budget.tryReserve(target)) {
            return growPaid((int) target);
        }
        if (declared <= MemoryBudget.SMALL) {
            throw overloaded();
        }
        claimAll(most);
        return false;
    }

    private boolean growPaid(int capacity) {
        if (!bytes.growPaid(capacity)) {
            throw overloaded();
        }
        return true;
    }

    private void claimAll(long most) {
        long largest = budget.forBodies() - held();
        // Who has not said how much will come may have what there is.
        long capacity = declared >= 0 ? most : Math.min(most, (long) (largest / (1 + head.growth())));
        if (capacity <= held() || capacity > largest) {
            throw neverFits(Math.max(declared, bytes.length()));
        }
        paused = true;
        request.pause();
        // The growth is a guess: decoding that needs more finds out itself.
        long forDecoding = Math.min(total(capacity), largest) - capacity;
        claim(capacity + forDecoding, () -> {
            prepaid += forDecoding;
            growPaid((int) capacity);
            goOn();
        });
    }

    private long held() {
        return bytes.length() + (long) bytes.room();
    }

    private void goOn() {
        Buffer rest = unpaid;
        unpaid = null;
        if (rest != null) {
            take(rest);
        }
        if (claim == null) {
            resume();
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            request.resume();
        }
    }

    private void claim(long wanted, Runnable then) {
        Claim waiting = new Claim(wanted, held() + prepaid) {
            @Override
            protected void granted() {
                exchanges.context().runOnContext(v -> answered(this, wanted, then));
            }

            @Override
            protected void refused() {
                exchanges
                        .context()
                        .runOnContext(v -> answered(this, 0, () -> {
                            throw overloaded();
                        }));
            }
        };
        claim = waiting;
        budget.claim(waiting);
    }

    private void answered(Claim waited, long granted, Runnable then) {
        if (claim != waited) {
            budget.release(granted);
            return;
        }
        claim = null;
        pacedNanos = exchanges.now();
        pacedFrom = bytes.length();
        try {
            then.run();
        } catch (RuntimeException e) {
            listener.failed(e);
        }
    }

    private void receivedAll(Void nothing) {
        ended = true;
        if (drain != null) {
            drain.end();
        }
        if (!receiving) {
            return;
        }
        if (deadline.passed(exchanges.now())) {
            late();
            return;
        }
        long forDecoding = Math.min(total(bytes.length()), budget.forBodies()) - held();
        long missing = forDecoding - prepaid;
        if (missing <= MemoryBudget.SMALL || budget.tryReserveFreely(missing)) {
            prepaid += missing > MemoryBudget.SMALL ? missing : 0;
            complete();
        } else {
            claim(missing, () -> {
                prepaid += missing;
                complete();
            });
        }
    }

    private void complete() {
        receiving = false;
        finish();
        long forDecoding = prepaid;
        prepaid = 0;
        listener.arrived(bytes.take(), forDecoding);
    }

    private void late() {
        timer = NO_TIMER;
        if (!receiving) {
            return;
        }
        if (claim != null) {
            listener.failed(overloaded(" within " + Durations.show(deadline.allowed())));
        } else {
            listener.late(Refusal.lateBody(deadline.allowed(), bytes.length()));
        }
    }

    /**
     * Ends it if it has come more slowly than it has to while others wait for memory.
     *
     * @param leastNanos it is let be for so long
     */
    void endIfSlow(long leastNanos) {
        long age = exchanges.now() - pacedNanos;
        long came = bytes.length() - pacedFrom;
        if (receiving && claim == null && age >= leastNanos && BodyTimeouts.isSlow(came, age)) {
            listener.late(Refusal.slowBody(came, age));
        }
    }

    /** Nobody needs the body any more. */
    void stop() {
        receiving = false;
        finish();
        Claim waiting = claim;
        claim = null;
        unpaid = null;
        bytes.clear();
        budget.release(prepaid);
        prepaid = 0;
        if (waiting != null) {
            budget.withdraw(waiting);
        }
        resume();
    }

    private void finish() {
        exchanges.bodies().remove(this);
        if (timer != NO_TIMER) {
            exchanges.vertx().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    /** Whether a rest of the body is to come that this refusal makes not worth waiting for. */
    boolean isCutOffBy(Refusal refusal) {
        return !ended && (refusal.endsConnection() || heldBack || !restIsWorthReading());
    }

    private boolean restIsWorthReading() {
        boolean connectionLives = !exchanges.loop().isLeaving() || request.version() == HttpVersion.HTTP_2;
        return connectionLives && declared >= 0 && declared <= SMALL_REST;
    }

    /** Reads and forgets what still comes. */
    void discard() {
        drain = new BodyDrain(exchanges, request, deadline, DISCARD_FACTOR * limit);
    }

    private long total(long length) {
        return (long) Math.ceil(length * (1 + head.growth()));
    }

    private PredictException tooLarge(long atLeast) {
        return PredictException.of(
                FailureKind.TOO_LARGE,
                "the request body has " + atLeast + " bytes or more (expected: at most " + limit
                        + "; --max-body sets the limit)");
    }

    private PredictException neverFits(long length) {
        return PredictException.of(
                FailureKind.TOO_LARGE,
                "the request body has " + length + " bytes or more (expected: at most " + budget.forBodies()
                        + ", which bodies may take of the memory budget of " + budget.limit()
                        + "; --memory-budget sets it, and -Xmx in ADAPTER_JAVA_OPTS the memory that it is a part of)");
    }

    private PredictException overloaded() {
        return overloaded("");
    }

    private PredictException overloaded(String inTime) {
        return PredictException.comeBack(
                FailureKind.OVERLOADED,
                "no memory for the request body" + inTime + ": " + budget.used() + " of " + budget.limit()
                        + " bytes are in use (--memory-budget sets the limit)",
                1);
    }
}
