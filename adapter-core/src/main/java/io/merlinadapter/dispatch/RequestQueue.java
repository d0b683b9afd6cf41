package io.merlinadapter.dispatch;

import io.merlinadapter.worker.Room;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a worker, first come first served; those that go alone are kept apart. A call that ends while it waits
 * stays until it is reached or swept out, which keeps leaving cheap; it is not counted. Event loop only.
 */
final class RequestQueue {
    private static final int SWEEP_ABOVE = 64;

    private final ArrayDeque<Call> calls = new ArrayDeque<>();
    /** Those that go first, if a worker may have one. */
    private final ArrayDeque<Call> suspects = new ArrayDeque<>();

    private int size;
    private int suspectSize;
    private long bytes;

    int size() {
        return size;
    }

    /** Those of them that may go together. */
    int ordinary() {
        return size - suspectSize;
    }

    /** Calls that are held, those that have ended among them. */
    int held() {
        return calls.size() + suspects.size();
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
        lane(call).addFirst(call);
        count(call, 1);
    }

    private ArrayDeque<Call> lane(Call call) {
        return call.isSuspect() ? suspects : calls;
    }

    /** The next call that is not over, which stays in its place; null if there is none. */
    @Nullable
    Call peek() {
        Call suspect = peekSuspect();
        return suspect == null ? peek(calls) : suspect;
    }

    /** The next call that is not over and that a worker may have died of. */
    @Nullable
    Call peekSuspect() {
        return peek(suspects);
    }

    private static @Nullable Call peek(ArrayDeque<Call> lane) {
        Call first = lane.peek();
        while (first != null && first.isOver()) {
            lane.remove();
            first = lane.peek();
        }
        return first;
    }

    /**
     * The next calls that are not over and may go together, which stay in their places.
     *
     * @param room says how many
     * @param mostBytes of their bodies together, unless there is only one
     */
    List<Call> first(Room room, long mostBytes) {
        Call next = peek(calls);
        if (next == null || room.most() == 1 || !next.mayShare(room)) {
            return next == null ? List.of() : List.of(next);
        }
        List<Call> first = new ArrayList<>();
        long sum = 0;
        for (Call call : calls) {
            if (!call.isOver()) {
                sum += call.asked().body().size();
                if (first.size() == room.most() || (sum > mostBytes && !first.isEmpty()) || !call.mayShare(room)) {
                    break;
                }
                first.add(call);
            }
        }
        return first;
    }

    /** Takes out a call that is the next that is not over, of its kind. */
    void remove(Call next) {
        ArrayDeque<Call> lane = lane(next);
        Call removed;
        do {
            removed = lane.remove();
        } while (removed != next);
        count(next, -1);
    }

    /** A call ended while it waited. */
    void left(Call call) {
        count(call, -1);
        if (held() > 2 * size + SWEEP_ABOVE) {
            calls.removeIf(Call::isOver);
            suspects.removeIf(Call::isOver);
        }
    }

    private void count(Call call, int sign) {
        call.setQueued(sign > 0);
        size += sign;
        suspectSize += call.isSuspect() ? sign : 0;
        bytes += sign * call.asked().body().size();
    }
}
