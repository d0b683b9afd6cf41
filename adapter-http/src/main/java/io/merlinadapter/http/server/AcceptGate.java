package io.merlinadapter.http.server;

import io.merlinadapter.memory.MemoryBudget;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Ticker;
import io.vertx.core.http.HttpServerOptions;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one port, from all of its openings, and who may enter. There are so many places, each paid for from
 * the memory budget. When there is none, the connection that has been idle longest goes, so that nobody's idle ones lock
 * out the others. Any thread.
 */
final class AcceptGate {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptGate.class);
    /**
     * What an idle connection holds of the heap: some 4 KB over HTTP/1, measured with two thousand, and as much again for a
     * head that is half received or was long. Over HTTP/2 some 9 KB.
     */
    static final int PRICE = PortSettings.CONNECTION_PRICE;
    /** What HTTP/2 adds to that, with two tables of headers that are full. */
    static final int PRICE_OF_HTTP2 = 8 * 1024;

    /** A connection idle for less may have a request on its way. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** One that has been served may be about to ask again: its caller may be slow, or was told to come back in a second. */
    private static final long IDLE_SINCE_SERVED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_RESTING = 64;
    /**
     * Who has just entered may be about to send what is dear to handle, and a thousand who do so at once would make
     * everybody else wait for seconds. So they come in by few, and the next when the event loop has had time for these.
     */
    static final int MOST_ENTERING = 64;

    static final long ENTERING_MILLIS = 10;
    private static final long COMPLAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final MemoryBudget budget;
    private final int most;
    private final HttpServerOptions options;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicInteger resting = new AtomicInteger();
    private final AtomicInteger entering = new AtomicInteger();
    private final AtomicLong closeHeadsAgainNanos = new AtomicLong(now());
    private final AtomicLong complainAgainNanos = new AtomicLong(now());
    private volatile @Nullable GateChannel channel;

    AcceptGate(MemoryBudget budget, int most, HttpServerOptions options) {
        this.budget = budget;
        this.most = most;
        this.options = options;
    }

    /** The time, on the clock of the event loops. */
    static long now() {
        return Ticker.systemTicker().nanoTime();
    }

    HttpServerOptions options() {
        return options;
    }

    MemoryBudget budget() {
        return budget;
    }

    Set<Connection> connections() {
        return connections;
    }

    void listensOn(GateChannel listening) {
        channel = listening;
    }

    /** The newest listening socket; null before the first. */
    @Nullable
    GateChannel channel() {
        return channel;
    }

    /** Takes a place, which is paid for then; if it can't, it makes room for later. */
    boolean takePlace() {
        boolean isPlace = places.incrementAndGet() <= most;
        if (isPlace && budget.tryReserve(PRICE)) {
            return true;
        }
        places.decrementAndGet();
        if (isPlace) {
            closeSlowHeads();
        }
        closeIdlest();
        return false;
    }

    /** Gives a place back that nobody took. */
    void leavePlace() {
        places.decrementAndGet();
        budget.release(PRICE);
    }

    /** Whether so many have just entered that the next has to wait a moment. */
    boolean isCrowded() {
        return entering.get() >= MOST_ENTERING;
    }

    /** Somebody enters, on a place that was taken. */
    void enter(SocketChannel caller) {
        entering.incrementAndGet();
        Connection connection = new Connection(this, caller);
        connections.add(connection);
        caller.closeFuture().addListener(closed -> {
            connections.remove(connection);
            leavePlace();
            mayAccept();
        });
    }

    /** One who has entered is no newcomer any more. Any thread. */
    void entered() {
        entering.decrementAndGet();
        mayAccept();
    }

    private void mayAccept() {
        GateChannel listening = channel;
        if (listening != null) {
            listening.mayAccept();
        }
    }

    /** The system has no file descriptor for one more, say. */
    void cannotAccept(Exception why) {
        closeIdlest();
        long now = now();
        long due = complainAgainNanos.get();
        if (now - due >= 0 && complainAgainNanos.compareAndSet(due, now + COMPLAIN_NANOS)) {
            LOG.warn(
                    "a connection can't be accepted: {}; those who connect wait ({} connections are open)",
                    why.getMessage(),
                    places.get());
        }
    }

    /** Memory is short: closes those whose head has not been complete for a second, unless that was done a moment ago. */
    void closeSlowHeads() {
        long now = now();
        long due = closeHeadsAgainNanos.get();
        if (now - due < 0 || !closeHeadsAgainNanos.compareAndSet(due, now + MOMENT_NANOS)) {
            return;
        }
        connections.stream()
                .filter(connection -> connection.headSince() != 0 && now - connection.headSince() >= IDLE_NANOS)
                .filter(connection -> !connection.isServing())
                .forEach(Connection::cut);
    }

    /** Whether one more connection may wait for memory with something half received. */
    boolean mayRest() {
        if (resting.incrementAndGet() <= MOST_RESTING) {
            return true;
        }
        resting.decrementAndGet();
        return false;
    }

    /** A connection waits no more. */
    void rested() {
        resting.decrementAndGet();
    }

    private void closeIdlest() {
        long now = now();
        connections.stream()
                .filter(connection ->
                        connection.idleNanos(now) >= (connection.hasServed() ? IDLE_SINCE_SERVED_NANOS : IDLE_NANOS))
                // One that has never asked for anything is nobody's to use again.
                .max(Comparator.comparing((Connection connection) -> !connection.hasServed())
                        .thenComparingLong(connection -> connection.idleNanos(now)))
                .ifPresent(Connection::goIfIdle);
    }
}
