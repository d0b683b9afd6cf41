package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.os.ProcessTable;
import io.merlinadapter.text.Durations;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what may keep a child silent, as far as can be seen: one that does not answer the request by which it gets
 * ready, one that listens for connections, one that callers have waited for in vain. The longer it lasts, the more seldom it is
 * said. Event loop only; what blocks is done off it.
 */
final class SilenceLog {
    private static final Logger LOG = LoggerFactory.getLogger(SilenceLog.class);
    /** How long the answer by which a child gets ready may be owed before a word; a little less than the look that counts. */
    private static final Duration QUIET = Duration.ofMillis(3500);
    /** The next word follows when it has been owed for so many times as long. */
    private static final int GROWTH = 3;
    /** One that computes for one part in so many of the time is at work. */
    private static final int SHARE = 10;

    private final String worker;
    private final EventLoop loop;
    private final Duration startupTimeout;
    private final String stream;
    private final Pipeline pipeline;
    private String listensOn = "";
    private long quietUntil = QUIET.toNanos();
    private Look last = new Look(Collections.emptySortedSet(), 0, Activity.Doing.WORKS);
    /** When that was; 0 for never. */
    private long lookedAt;

    private int overdue;
    private boolean stopped;

    /** @param cpuNanos how long the child and what it has started have computed since their start */
    private record Look(SortedSet<Integer> ports, long cpuNanos, Activity.Doing doing) {}

    /** @param stream the name of what replies come on */
    SilenceLog(String worker, EventLoop loop, Duration startupTimeout, String stream, Pipeline pipeline) {
        this.worker = worker;
        this.loop = loop;
        this.startupTimeout = startupTimeout;
        this.stream = stream;
        this.pipeline = pipeline;
    }

    /** The beginning of a sentence about the child; empty unless it was seen to listen for connections. */
    String listensOn() {
        return listensOn;
    }

    /** Says nothing any more. */
    void stop() {
        stopped = true;
    }

    /** The child owes an answer, and has written nothing for seconds. */
    void silent(Child child) {
        InFlight owed = pipeline.oldest();
        boolean mayListen = mayListen() && pipeline.answers() == 0;
        if (owed == null || !(mayListen || isForStart(owed))) {
            return;
        }
        boolean forStart = isForStart(owed);
        loop.offLoop(() -> new Look(
                        mayListen ? child.ports() : Collections.emptySortedSet(),
                        forStart ? child.cpuNanos() : 0,
                        forStart ? child.activity(ProcessTable::read).doing() : Activity.Doing.WORKS))
                .onSuccess(look -> loop.run(() -> looked(look)));
    }

    private static boolean isForStart(InFlight owed) {
        return !owed.request.isCallers();
    }

    /** Where replies come on a connection, a child that listens is as it should be. */
    private boolean mayListen() {
        return listensOn.isEmpty() && stream.equals(ChildLog.STDOUT);
    }

    private void looked(Look look) {
        InFlight owed = pipeline.oldest();
        if (stopped || owed == null) {
            return;
        }
        if (!look.ports().isEmpty() && pipeline.isUnread()) {
            listens("it has not read its request, but", look.ports().first());
        }
        long now = loop.now();
        boolean computes = SHARE * (look.cpuNanos() - last.cpuNanos()) >= now - lookedAt;
        boolean isFirst = lookedAt == 0;
        last = look;
        lookedAt = now;
        long nanos = now - owed.sentAt;
        if (isForStart(owed) && listensOn.isEmpty() && !isFirst && nanos >= quietUntil) {
            quietUntil = GROWTH * nanos;
            owesForStart(owed, nanos / 1_000_000_000L, computes);
        }
    }

    private void owesForStart(InFlight owed, long seconds, boolean computes) {
        String request = pipeline.isInitializing() ? "initialize" : "the warm-up request (--warmup)";
        boolean unread = pipeline.isUnread();
        String state = (unread ? "it has not read " + request + ", which has waited" : "it has had " + request)
                + " for " + seconds + " s";
        if (computes) {
            LOG.info(
                    "{}: {}; it is computing, and is waited for (--startup-timeout={})",
                    worker,
                    state,
                    Durations.show(startupTimeout));
        } else if (unread) {
            LOG.warn(
                    "{}: {}, and is idle. Does it wait for a download? A program must read lines from its stdin",
                    worker,
                    state);
        } else if (last.doing() == Activity.Doing.READS && owed.silence.isTotal()) {
            LOG.warn(
                    "{}: {}, has read it, and has written nothing to its {}; it waits for more input. If it has answered, it"
                            + " must flush after each reply; if it reads until its stdin ends, it must read line by line",
                    worker,
                    state,
                    stream);
        } else {
            LOG.warn("{}: {}: {}", worker, state, owed.silence());
        }
    }

    /**
     * The child is idle before it is ready, and does not wait for its input.
     *
     * @param unexplained run unless it is seen here why
     */
    void idle(Child child, Runnable unexplained) {
        if (!mayListen()) {
            if (listensOn.isEmpty()) {
                unexplained.run();
            }
            return;
        }
        loop.offLoop(child::ports)
                .onSuccess(ports -> loop.run(() -> {
                    if (stopped) {
                        return;
                    }
                    if (ports.isEmpty()) {
                        unexplained.run();
                    } else {
                        listens("it is idle, does not wait for a line on its stdin, and", ports.first());
                    }
                }));
    }

    /** A caller has waited in vain, and was {@code told} so: said of the first, second, fourth and so on. */
    void overdue(String told) {
        overdue++;
        if (Integer.bitCount(overdue) == 1) {
            String inAll = overdue == 1 ? "" : " (" + overdue + " callers since its start)";
            LOG.warn("{}: a caller was told: {}{}", worker, told, inAll);
        }
    }

    private void listens(String lead, int port) {
        pipeline.listens();
        listensOn = "it listens on port " + port + ", ";
        LOG.warn(
                "{}: {} listens on port {}: does it wait for HTTP? A program must read lines from its stdin and write its"
                        + " replies to stdout; for one that listens for lines, set --channel=connect:tcp:127.0.0.1:{}",
                worker,
                lead,
                port,
                port);
    }
}
