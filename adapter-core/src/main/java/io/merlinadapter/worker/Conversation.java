package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.Line;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a child is asked and answers, from the opening of its channel to the end. For the loop. */
final class Conversation {
    private final WorkerSettings settings;
    private final EventLoop loop;
    private final Format format;
    private final LifeSigns signs;
    private final Listener listener;
    private final Debts owed;
    private final Patience patience;
    private final Attribution attribution;

    private @Nullable Channel channel;
    private int capacity;
    private boolean cancels;
    private boolean deaf;
    private int answers;
    private List<Line> unread = List.of();

    /** Who hears of what follows from it. */
    interface Listener extends Patience.Listener {
        /** The child reads no more, although it has not ended. */
        void readsNoMore();

        /** An answer that no request waits for, in a format in which that matters. */
        void stray(Answer answer);

        /** It has been left alone for long enough to be trusted. */
        void rested();

        /** Something that was owed is owed no more. */
        void settled();
    }

    Conversation(WorkerSettings settings, PoolResources parts, LifeSigns signs, Listener listener) {
        this.settings = settings;
        this.loop = parts.loop();
        this.format = parts.format();
        this.signs = signs;
        this.listener = listener;
        this.owed = new Debts(parts);
        this.patience = new Patience(settings.patience(), loop, signs, owed, listener, !format.hasIds());
        this.capacity = format.hasIds() ? Capabilities.LEAST.concurrency() : settings.maxInFlight();
        this.attribution = format.hasIds()
                ? new ByNumber(owed, parts, signs, this::isUnbegun)
                : new ByOrder(
                        owed,
                        new OrderCheck(settings.orderCheck(), loop, listener::rested),
                        this::isUntouched,
                        listener::stray);
    }

    private boolean isUnbegun(InFlight inFlight) {
        return channel != null && channel.isUnbegun(inFlight.line());
    }

    private boolean isUntouched(InFlight inFlight) {
        return channel != null && channel.isUntouched(inFlight.line());
    }

    void open(Channel to) {
        channel = to;
    }

    /** What the child has said that it can do. */
    void learned(Capabilities capabilities) {
        capacity = Math.min(capabilities.concurrency(), settings.maxInFlight());
        cancels = capabilities.cancel();
    }

    LifeSigns signs() {
        return signs;
    }

    /** How many requests it may be given at a time. */
    int capacity() {
        return capacity;
    }

    int load() {
        return owed.size();
    }

    /** How many answers it has given. */
    int answers() {
        return answers;
    }

    boolean canTake() {
        return !deaf
                && channel != null
                && owed.size() < capacity
                && attribution.allowsRequest()
                && !channel.isCongested();
    }

    /** Whether the child is to be left alone for a moment before it counts as ready. */
    boolean mustRest() {
        return attribution.mustRest();
    }

    /** Whether any caller waits for an answer. */
    boolean isAwaited() {
        return owed.isAwaited();
    }

    boolean owesNothing() {
        return owed.isEmpty();
    }

    /** Gives the child a request; null if it reads no more, and has not seen it. */
    @Nullable
    Slot send(WorkerRequest exchange) {
        Channel open = channel;
        Body body = exchange.body();
        long id = owed.nextId();
        // A body that is written need not be held, and paid for, while the program works on it.
        Runnable afterWriting = exchange.mayBeRepeated() ? () -> {} : () -> loop.run(body::release);
        Line line = new Line(afterWriting, exchange.line(id));
        InFlight inFlight = new InFlight(id, this, exchange, line, loop.now());
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
        if (!owed.includes(inFlight) || inFlight.isGivenUp()) {
            return;
        }
        if (channel != null && channel.withdraw(inFlight.line())) {
            owed.forgive(inFlight);
        } else {
            patience.givenUp(inFlight);
            cancel(inFlight);
        }
        listener.settled();
    }

    private void cancel(InFlight inFlight) {
        if (cancels && channel != null) {
            channel.writeFirst(new Line(() -> {}, format.cancellation(inFlight.id())));
        }
    }

    /** The child takes in nothing any more. */
    void hearsNothing() {
        if (!deaf) {
            deaf = true;
            listener.readsNoMore();
        }
    }

    /** What the child has written, which was read at {@code readAt}. */
    void take(List<Answer> batch, long readAt) {
        for (Answer answer : batch) {
            InFlight asked = attribution.find(answer, readAt);
            if (asked != null) {
                answers++;
                owed.settle(asked, answer);
                attribution.answered();
            }
        }
        // Only now, with the whole batch taken in: what follows an answer in it was not asked for by the next request.
        listener.settled();
    }

    /** The child shall end: it is told that there is no more. */
    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    /** It has been decided what becomes of the child. */
    void stopWaiting() {
        patience.stop();
    }

    /** There is no child any more. */
    void end() {
        patience.stop();
        attribution.stop();
        unread = channel == null ? List.of() : channel.halt();
    }

    /**
     * Settles everything that is still owed, after {@link #end()}.
     *
     * @return how many requests the child had read
     */
    int writeOff(String why) {
        return owed.writeOff(unread, why);
    }
}
