package io.merlinadapter.upi.payload;

import java.util.Arrays;

/** A growing list of ints, paid for before it grows. Used by one thread at a time. */
final class PaidInts {
    private static final int[] NONE = {};
    private static final int FIRST = 16;

    private final Purse purse;
    private int[] ints = NONE;
    private int count;

    PaidInts(Purse purse) {
        this.purse = purse;
    }

    int count() {
        return count;
    }

    int get(int index) {
        return ints[index];
    }

    void set(int index, int value) {
        ints[index] = value;
    }

    void swap(int one, int other) {
        int value = ints[one];
        ints[one] = ints[other];
        ints[other] = value;
    }

    void add(int value) {
        if (count == ints.length) {
            grow();
        }
        ints[count++] = value;
    }

    /** As many of {@code value} as there are {@code size}. */
    void fill(int size, int value) {
        while (count < size) {
            add(value);
        }
        Arrays.fill(ints, 0, size, value);
    }

    private void grow() {
        int capacity = count == 0 ? FIRST : (int) Math.min(2L * count, Integer.MAX_VALUE - 16);
        purse.pay(4L * capacity);
        int before = ints.length;
        try {
            ints = Arrays.copyOf(ints, capacity);
        } catch (OutOfMemoryError e) {
            // The budget promised more than the heap has: this one fails, and the others go on.
            throw purse.noMemory();
        }
        purse.giveBack(4L * before);
    }
}
