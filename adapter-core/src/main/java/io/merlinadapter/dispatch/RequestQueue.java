package io.merlinadapter.dispatch;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a worker, first come first served. A call that ends while it waits stays until it is reached or swept
 * out, which keeps leaving cheap; it is not counted. Event loop only.
 */
final class RequestQueue {
    private static final int SWEEP_ABOVE = 64;

    private final ArrayDeque<Call> calls = new ArrayDeque<>();
    private int size;
    private long bytes;

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
}
