package io.merlinadapter.dispatch;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a worker, first come first served, and an estimate of how long a new one would wait. A call that ends
 * while it waits stays until it is reached or swept out, which keeps leaving cheap; it is not counted. Event loop only.
 */
final class RequestQueue {
    /** Answers before which nothing is estimated. */
    static final int LEAST_ANSWERS = 20;
    /** The weight of the latest answer in the mean. */
    private static final double WEIGHT = 0.05;

    private static final int SWEEP_ABOVE = 64;

    private final ArrayDeque<Call> calls = new ArrayDeque<>();
    private int size;
    private long bytes;
    private int answersSeen;
    private double meanNanos;

    int size() {
        return size;
    }

    /** Calls that are held, those that have ended among them. */
    int held() {
        return calls.size();
    }

    /** The bodies of those that wait, in bytes. */
    long bytes() {
        return bytes;
    }

    void add(Call call) {
        calls.add(call);
        count(call, 1);
    }

    /** Adds a call that has waited before. */
    void addFirst(Call call) {
        calls.addFirst(call);
        count(call, 1);
    }

    /** The next call that is not over, which stays in its place; null if there is none. */
    @Nullable
    Call peek() {
        Call first = calls.peek();
        while (first != null && first.isOver()) {
            calls.remove();
            first = calls.peek();
        }
        return first;
    }

    /** Takes out what {@link #peek()} gave. */
    void remove(Call first) {
        calls.remove();
        count(first, -1);
    }

    /** A call ended while it waited. */
    void left(Call call) {
        count(call, -1);
        if (calls.size() > 2 * size + SWEEP_ABOVE) {
            calls.removeIf(Call::isOver);
        }
    }

    private void count(Call call, int sign) {
        call.setQueued(sign > 0);
        size += sign;
        bytes += sign * (long) call.asked().body().length();
    }

    /** A worker took {@code nanos} for an answer. */
    void answeredIn(long nanos) {
        answersSeen++;
        double weight = Math.max(WEIGHT, 1.0 / answersSeen);
        meanNanos += weight * (nanos - meanNanos);
    }

    /**
     * Nanoseconds until a call added now would be handed out, from how long the latest answers took; 0 for as good as none,
     * or unknown.
     *
     * @param capacity requests that the workers can hold together
     */
    long waitNanos(int capacity) {
        if (answersSeen < LEAST_ANSWERS || capacity == 0) {
            return 0;
        }
        return (long) (meanNanos * size / capacity);
    }
}
