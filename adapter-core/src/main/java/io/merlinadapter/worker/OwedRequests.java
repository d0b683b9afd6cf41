package io.merlinadapter.worker;

import io.merlinadapter.worker.InFlight.RequestLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The requests that a child owes answers to, in the order in which they were sent, and the lines that they are on. Event loop only. */
final class OwedRequests {
    private final Map<Long, InFlight> byId = new LinkedHashMap<>();
    private int lines;
    private int calls;

    boolean isEmpty() {
        return byId.isEmpty();
    }

    int size() {
        return byId.size();
    }

    /** Requests of callers; more than {@link #size()} where several are one for the child. */
    int calls() {
        return calls;
    }

    /** Lines with a request that is not over. */
    int lines() {
        return lines;
    }

    Stream<InFlight> stream() {
        return byId.values().stream();
    }

    @Nullable
    InFlight get(long id) {
        return byId.get(id);
    }

    boolean has(InFlight request) {
        return byId.get(request.id) == request;
    }

    void add(RequestLine on) {
        lines++;
        on.requests.forEach(sent -> {
            byId.put(sent.id, sent);
            calls += sent.request.calls();
        });
    }

    /** It is over. */
    void remove(InFlight over) {
        byId.remove(over.id);
        calls -= over.request.calls();
        lines -= over.on.ended() ? 1 : 0;
    }

    /** It is over, and all others of its line are on another one. */
    void remove(InFlight over, List<InFlight> others, RequestLine rest) {
        byId.remove(over.id);
        calls -= over.request.calls();
        others.forEach(rest::add);
    }

    /** It consists of so many calls fewer, and is on another line. */
    void shrunk(InFlight smaller, int by, RequestLine on) {
        calls -= by;
        on.add(smaller);
    }

    /** None is owed any more; returns those that were. */
    List<InFlight> clear() {
        List<InFlight> all = new ArrayList<>(byId.values());
        byId.clear();
        calls = 0;
        lines = 0;
        return all;
    }

    /** The first whose answer has not come. */
    @Nullable
    InFlight oldest() {
        for (InFlight request : byId.values()) {
            if (request.held == null) {
                return request;
            }
        }
        return null;
    }

    /** A request of the only line, if there is only one. */
    @Nullable
    InFlight sole() {
        return lines == 1 ? oldest() : null;
    }

    /** True if any caller waits for an answer. */
    boolean areAwaited() {
        return stream().anyMatch(request -> !request.givenUp);
    }

    /** Lines that keep their place for an answer that is not waited for any more. */
    int abandonedLines() {
        return (int) stream()
                .filter(request -> request.abandoned)
                .map(request -> request.on)
                .distinct()
                .count();
    }
}
