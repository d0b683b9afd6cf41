package io.merlinadapter.memory;

import java.time.Duration;
import java.util.Arrays;

/**
 * Bytes gathered in one array that grows. The array is paid for from a {@link MemoryBudget} before it is made; while it is
 * copied into a larger one, both are paid for. One thread at a time.
 */
public final class BudgetedBuffer {
    private static final byte[] NOTHING = {};

    private final MemoryBudget budget;
    private final int first;
    private final int most;
    private final int unpaid;
    private final Duration patience;
    private byte[] bytes = NOTHING;
    private int length;
    private long paid;

    /** Copies bytes into an array, from an index on. */
    @FunctionalInterface
    public interface Source {
        void copyTo(byte[] target, int offset);
    }

    /**
     * @param first the size of the first array, if no more is needed
     * @param most the size beyond which the array does not grow in advance, but as far as is needed
     * @param unpaid content of up to this size costs nothing before it is taken, and its array is used again
     */
    public BudgetedBuffer(MemoryBudget budget, int first, int most, int unpaid) {
        this(budget, first, most, unpaid, Duration.ZERO);
    }

    /**
     * @param first the size of the first array, if no more is needed
     * @param most the size beyond which the array does not grow in advance, but as far as is needed
     * @param unpaid content of up to this size costs nothing before it is taken, and its array is used again
     * @param patience how long to wait for memory, on a thread that may wait
     */
    public BudgetedBuffer(MemoryBudget budget, int first, int most, int unpaid, Duration patience) {
        this.patience = patience;
        this.budget = budget;
        this.first = first;
        this.most = most;
        this.unpaid = unpaid;
    }

    /** Adds {@code count} bytes of {@code source}. Returns false if there is no memory for them; nothing has changed then. */
    public boolean add(int count, Source source) {
        if (!makeRoom(length + (long) count)) {
            return false;
        }
        source.copyTo(bytes, length);
        length += count;
        return true;
    }

    /** As {@link #add(int, Source)}. */
    public boolean add(byte[] source, int offset, int count) {
        return add(count, (target, at) -> System.arraycopy(source, offset, target, at, count));
    }

    /**
     * Makes the array this long. The caller has taken {@code capacity} from the budget for it, which is this object's from
     * now on. Returns false, having given that back, if the heap has less than the budget promised.
     */
    public boolean growPaid(int capacity) {
        if (capacity <= bytes.length) {
            budget.release(capacity);
            return true;
        }
        return replace(capacity, capacity);
    }

    /** How many bytes fit before the array has to grow. */
    public int room() {
        return bytes.length - length;
    }

    /**
     * Makes the array {@code capacity} bytes long if it is shorter. Returns false if there is no memory for that; nothing has
     * changed then. Whoever writes to {@link #bytes()} himself says so by {@link #setLength}.
     */
    public boolean ensureCapacity(int capacity) {
        return capacity <= bytes.length || resize(capacity);
    }

    /** The content has this length now: it was written to {@link #bytes()}, or its end is forgotten. */
    public void setLength(int length) {
        this.length = length;
    }

    /** Makes the array as short as its content, if there is memory for both. */
    public void trim() {
        if (length < bytes.length) {
            resize(length);
        }
    }

    /** The number of bytes gathered. */
    public int length() {
        return length;
    }

    /** The backing array, not a copy: its first {@link #length()} bytes are the content. */
    public byte[] bytes() {
        return bytes;
    }

    /** Hands the content over, with what was paid for it. This object is empty afterwards. */
    public Body take() {
        if (paid == 0) {
            Body copy = Body.copyOf(bytes, 0, length, budget);
            length = 0;
            return copy;
        }
        Body body = new Body(bytes, 0, length, budget, paid);
        bytes = NOTHING;
        length = 0;
        paid = 0;
        return body;
    }

    /** Forgets the content and gives back what was paid for it. Further calls do nothing. */
    public void clear() {
        length = 0;
        if (paid > 0) {
            bytes = NOTHING;
            budget.release(paid);
            paid = 0;
        }
    }

    private boolean makeRoom(long needed) {
        if (needed <= bytes.length) {
            return true;
        }
        long capacity = Math.max(needed, Math.min(most, Math.max(first, 2L * bytes.length)));
        if (needed <= unpaid) {
            capacity = Math.min(capacity, unpaid);
        }
        return resize(capacity);
    }

    private boolean resize(long capacity) {
        long price = capacity <= unpaid ? 0 : capacity;
        if (capacity > Integer.MAX_VALUE || (price > 0 && !budget.reserveWithin(price, patience))) {
            return false;
        }
        return replace((int) capacity, price);
    }

    private boolean replace(int capacity, long price) {
        try {
            bytes = Arrays.copyOf(bytes, capacity);
        } catch (OutOfMemoryError e) {
            // The budget promised more than the heap has: these bytes are refused, and all else goes on.
            budget.release(price);
            return false;
        }
        budget.release(paid);
        paid = price;
        return true;
    }
}
