package io.merlinadapter.memory;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are paid for from a {@link MemoryBudget} until they are released, once, by whoever holds them last. Owned by
 * one thread at a time; handing it on hands on the duty to release.
 */
public final class Body {
    private static final byte[] NOTHING = {};

    private byte[] bytes;
    private final int offset;
    private final int length;
    private final MemoryBudget budget;
    private long reserved;
    /** What is paid for these bytes and other slices of the same array together; null where there are none. */
    private @Nullable Whole whole;

    private List<Body> attached = List.of();

    /**
     * @param reserved what was taken from {@code budget} for these bytes and goes back on {@link #release()}
     */
    public Body(byte[] bytes, int offset, int length, MemoryBudget budget, long reserved) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.budget = budget;
        this.reserved = reserved;
    }

    /** A copy, paid for even where the budget has not so much left: for small bodies, which must always get through. */
    public static Body copyOf(byte[] bytes, int offset, int length, MemoryBudget budget) {
        byte[] copy = new byte[length];
        System.arraycopy(bytes, offset, copy, 0, length);
        budget.reserve(length);
        return new Body(copy, 0, length, budget, length);
    }

    /** The backing array, not a copy: {@link #length()} bytes from {@link #offset()} are the content. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** Other bytes that go wherever these go, and are released with them: the payloads that this text speaks of. */
    public Body attach(List<Body> payloads) {
        attached = payloads;
        return this;
    }

    /** The bytes that go with these. */
    public List<Body> attached() {
        return attached;
    }

    /** The number of bytes with those that are attached. */
    public long size() {
        long size = length;
        for (Body payload : attached) {
            size += payload.length;
        }
        return size;
    }

    /** What goes back to the budget on {@link #release()}, but for what is attached. */
    public long reserved() {
        return reserved;
    }

    /** A part of these bytes, in the same array; what was reserved goes with it, and this object holds nothing any more. */
    public Body part(int from, int size) {
        long paid = reserved;
        reserved = 0;
        Body part = new Body(bytes, from, size, budget, paid);
        part.whole = whole;
        whole = null;
        part.attached = attached;
        attached = List.of();
        return part;
    }

    /**
     * A part of these bytes, in the same array, beside other parts and this object. All of the array stays paid for until the
     * last of them is released; each may be owned by another thread.
     */
    public Body slice(int from, int size) {
        Whole shared = whole;
        if (shared == null) {
            shared = new Whole(budget, reserved);
            whole = shared;
            reserved = 0;
        }
        Body slice = new Body(bytes, from, size, budget, 0);
        slice.whole = shared.join();
        return slice;
    }

    /** Takes from the budget what {@code size} other bytes beside these cost, if there is so much. */
    public boolean payForMore(int size) {
        boolean paid = budget.tryReserve(size);
        reserved += paid ? size : 0;
        return paid;
    }

    /**
     * Other bytes in place of these. They cost what {@link #payForMore} has paid for; without that, they are paid for even where
     * the budget has not so much left. This object holds nothing any more.
     */
    public Body replacedBy(byte[] other) {
        long before = reserved - other.length;
        reserved = 0;
        bytes = NOTHING;
        budget.release(before);
        leaveWhole();
        return new Body(other, 0, other.length, budget, other.length);
    }

    /** Lets the bytes go and gives them back to the budget. Further calls do nothing. */
    public void release() {
        long paid = reserved;
        reserved = 0;
        bytes = NOTHING;
        if (paid != 0) {
            budget.release(paid);
        }
        leaveWhole();
        List<Body> payloads = attached;
        // Nearly always nothing, for which no iterator is to be made.
        if (!payloads.isEmpty()) {
            attached = List.of();
            payloads.forEach(Body::release);
        }
    }

    private void leaveWhole() {
        Whole shared = whole;
        whole = null;
        if (shared != null) {
            shared.leave();
        }
    }

    /** An array that several bodies are parts of. Any thread. */
    private static final class Whole {
        private final MemoryBudget budget;
        private final long paid;
        private final AtomicInteger holders = new AtomicInteger(1);

        Whole(MemoryBudget budget, long paid) {
            this.budget = budget;
            this.paid = paid;
        }

        Whole join() {
            holders.incrementAndGet();
            return this;
        }

        void leave() {
            if (holders.decrementAndGet() == 0) {
                budget.release(paid);
            }
        }
    }
}
