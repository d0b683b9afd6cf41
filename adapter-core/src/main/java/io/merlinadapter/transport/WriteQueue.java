package io.merlinadapter.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one channel that are not written yet. They are the event loop's to write until it hands them over to the
 * writer, which has them until none is left. Lines that are being written are out of the queue; those of which the operating
 * system did not take everything come back. Any thread, unless said otherwise; the lock is never held while bytes move.
 */
final class WriteQueue {
    /** The most that is written in one go. */
    static final int BATCH = 64 * 1024;

    private static final int CONGESTED = 64 * 1024;
    private static final int ROOM_AGAIN = CONGESTED / 2;

    private final Runnable room;
    private final ReentrantLock lock = new ReentrantLock();

    // All of it is changed under the lock; bytesForLoop() says why it may read without.
    private final Deque<Line> first = new ArrayDeque<>();
    private final Deque<Line> others = new ArrayDeque<>();
    private @Nullable Line begun;
    private long unwritten;
    /** No line may begin any more. */
    private volatile boolean closing;
    /** Nothing is written any more. */
    private volatile boolean over;
    /** The lines that had not begun were given back. */
    private boolean halted;

    // Written under the lock.
    private volatile boolean handedOver;
    private volatile boolean congested;

    /** A queue that calls {@code room}, on any thread, when it is congested no more. */
    WriteQueue(Runnable room) {
        this.room = room;
    }

    /** Adds a line, in front of those that have not begun if it goes first. Returns false if it would never begin. */
    boolean add(Line line) {
        lock.lock();
        try {
            if (closing || over) {
                return false;
            }
            lane(line).add(line);
            line.setWaiting(true);
            unwritten += line.rest();
            congested |= unwritten > CONGESTED;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Deque<Line> lane(Line line) {
        return line.isFirst() ? first : others;
    }

    /** Takes a line back. Returns false if it has begun. */
    boolean remove(Line line) {
        boolean drained;
        lock.lock();
        try {
            if (!lane(line).remove(line)) {
                return false;
            }
            line.setWaiting(false);
            drained = shrinksBy(line.rest());
        } finally {
            lock.unlock();
        }
        tellRoom(drained);
        return true;
    }

    /** Puts another line in the place of one. Returns false if that has begun. */
    boolean replace(Line line, Line other) {
        boolean drained;
        lock.lock();
        try {
            Deque<Line> lane = lane(line);
            List<Line> lines = new ArrayList<>(lane);
            int place = lines.indexOf(line);
            if (place < 0) {
                return false;
            }
            lines.set(place, other);
            lane.clear();
            lane.addAll(lines);
            line.setWaiting(false);
            other.setFirst(line.isFirst());
            other.setWaiting(true);
            unwritten += other.rest();
            drained = shrinksBy(line.rest());
        } finally {
            lock.unlock();
        }
        tellRoom(drained);
        return true;
    }

    boolean isCongested() {
        return congested;
    }

    /** Returns true if the lines are the event loop's to write. */
    boolean isWithLoop() {
        return !handedOver;
    }

    /**
     * How many bytes the event loop has to write. Event loop only: while the lines are not handed over, nobody else changes
     * that number.
     */
    long bytesForLoop() {
        return handedOver || closing || over ? 0 : unwritten;
    }

    /** Takes out the lines to be written next, in one go. {@link #settle} must follow. */
    List<Line> take() {
        lock.lock();
        try {
            return begin();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #take()}, for the writer. Returns null when none is left, and the lines are the event loop's again; an empty
     * list when it is time to end.
     */
    @Nullable
    List<Line> takeForWriter() {
        lock.lock();
        try {
            if (!handedOver) {
                // The event loop has taken them back, because the writer could not be started, as it seemed.
                return null;
            }
            List<Line> batch = over ? List.of() : begin();
            if (batch.isEmpty() && !closing && !over) {
                handedOver = false;
                return null;
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private List<Line> begin() {
        List<Line> batch = new ArrayList<>();
        long bytes = 0;
        if (begun != null) {
            batch.add(begun);
            bytes = begun.rest();
            begun = null;
        }
        Line next = closing ? null : next();
        while (next != null && (batch.isEmpty() || bytes + next.rest() <= BATCH)) {
            lane(next).remove();
            next.setWaiting(false);
            batch.add(next);
            bytes += next.rest();
            next = next();
        }
        return batch;
    }

    private @Nullable Line next() {
        Line steering = first.peek();
        return steering == null ? others.peek() : steering;
    }

    /**
     * To be called after a write: the operating system has taken so many bytes of {@code batch}; the rest comes back.
     *
     * @return the lines of which it has taken everything
     */
    List<Line> settle(List<Line> batch, int taken) {
        int whole = 0;
        boolean drained;
        lock.lock();
        try {
            int left = taken;
            while (whole < batch.size() && batch.get(whole).rest() <= left) {
                left -= batch.get(whole).rest();
                whole++;
            }
            for (int i = batch.size() - 1; i >= whole; i--) {
                putBack(batch.get(i), i == whole ? left : 0);
            }
            drained = shrinksBy(taken);
        } finally {
            lock.unlock();
        }
        tellRoom(drained);
        return batch.subList(0, whole);
    }

    private void putBack(Line line, int taken) {
        line.took(taken);
        if (line.hasBegun()) {
            begun = line;
        } else if (!halted) {
            lane(line).addFirst(line);
            line.setWaiting(true);
        }
    }

    private boolean shrinksBy(int bytes) {
        unwritten -= bytes;
        boolean drained = congested && unwritten <= ROOM_AGAIN;
        congested &= !drained;
        return drained;
    }

    private void tellRoom(boolean drained) {
        if (drained) {
            room.run();
        }
    }

    /** The lines are the writer's from now on, until none is left. Returns false if they were already. */
    boolean handOver() {
        lock.lock();
        try {
            boolean wasWithLoop = !handedOver;
            handedOver = true;
            return wasWithLoop;
        } finally {
            lock.unlock();
        }
    }

    /** The lines are the event loop's again, because there is no writer. */
    void takeOver() {
        lock.lock();
        try {
            handedOver = false;
        } finally {
            lock.unlock();
        }
    }

    /** No line begins any more; one that has is finished by the writer. Returns false if the writer is at work already. */
    boolean close() {
        lock.lock();
        try {
            closing = true;
            return handOver();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can be written any more. Returns false if that was known, or the queue was closed. */
    boolean fail() {
        boolean news;
        boolean drained;
        lock.lock();
        try {
            news = !closing && !over;
            over = true;
            drained = congested;
            congested = false;
        } finally {
            lock.unlock();
        }
        tellRoom(drained);
        return news;
    }

    /** Nothing is to be written any more: gives back, in order, the lines that have not begun, but for those that go first. */
    List<Line> halt() {
        lock.lock();
        try {
            over = true;
            halted = true;
            congested = false;
            first.forEach(line -> line.setWaiting(false));
            others.forEach(line -> line.setWaiting(false));
            List<Line> unbegun = new ArrayList<>(others);
            first.clear();
            others.clear();
            return unbegun;
        } finally {
            lock.unlock();
        }
    }
}
