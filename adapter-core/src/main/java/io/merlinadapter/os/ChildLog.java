package io.merlinadapter.os;

import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.text.LogLength;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes a child's output into the adapter's log, line by line. Over-long lines are split, never waited for; a flood is
 * dropped and counted, so that it can neither fill the disk nor hide what matters. Any thread.
 */
public final class ChildLog {
    /** The logger of what the child itself says, each message led by {@code worker N stderr: } or {@code worker N: }. */
    public static final String LOGGER = "io.merlinadapter.child";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** What the adapter says about that. */
    private static final Logger REMARKS = LoggerFactory.getLogger(LOGGER + ".remarks");

    /** Bytes of one logged piece. */
    static final int PIECE = 4 * 1024;

    public static final String STDOUT = "stdout";

    /** The name of the stream whose last lines are kept. */
    public static final String STDERR = "stderr";

    /** Lines a second that are logged for one worker, and as many more in one burst. */
    static final int LINES_PER_SECOND = 500;

    /** Lines of stderr that are kept, and bytes of each. */
    private static final int LAST_LINES = 20;

    private static final int LAST_LENGTH = 500;

    /** As many later lines fill a screen or so: what came before them has to be searched for. */
    static final int LINES_IN_SIGHT = 50;

    private static final long SECOND = 1_000_000_000L;

    private final String who;
    private final AdapterMetrics metrics;
    private final LongSupplier clock;

    private final Deque<byte[]> lastWords = new ArrayDeque<>(LAST_LINES);
    /** How long the log was after the last of them. */
    private long saidAt;
    /** How many of them, the newest first, are in the log, one behind the other. */
    private int shown;

    private final AtomicLong errorLines = new AtomicLong();
    private long windowStart;
    private int budget = 2 * LINES_PER_SECOND;
    private int dropped;

    /** The log of one worker; {@code nanoClock} tells nanoseconds. */
    public ChildLog(int worker, AdapterMetrics metrics, LongSupplier nanoClock) {
        this.who = "worker " + worker;
        this.metrics = metrics;
        this.clock = nanoClock;
        this.windowStart = nanoClock.getAsLong();
    }

    /**
     * Logs one line, in pieces if it is long.
     *
     * @param stream {@code stdout} or {@code stderr}
     */
    public void line(String stream, byte[] bytes, int offset, int length) {
        int end = offset + length;
        if (end > offset && bytes[end - 1] == '\r') {
            end--;
        }
        boolean logged = true;
        for (int from = offset, to; from < end; from = to) {
            to = cut(bytes, from, end, PIECE);
            if (LOG.isInfoEnabled() && mayLog()) {
                String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
                // One string and no arguments: what waits to be written is held once.
                LOG.info(who + " " + stream + ": " + Texts.printable(text));
                LogLength.grow();
            } else {
                logged = false;
            }
        }
        if (end > offset && STDERR.equals(stream)) {
            errorLines.incrementAndGet();
            keep(Arrays.copyOfRange(bytes, offset, cut(bytes, offset, end, LAST_LENGTH)), logged);
        }
    }

    /** Logs what the child says of itself, unless too much has been said already. */
    public void say(Level level, String text) {
        if (LOG.isEnabledForLevel(level) && mayLog()) {
            LOG.atLevel(level).log(who + ": " + Texts.printable(Texts.shorten(text, PIECE)));
            LogLength.grow();
        }
    }

    /** Says something about the child's output, unless too much has been said already. */
    public void warn(String text) {
        remark(Level.WARN, text);
    }

    /** As {@link #warn}, at this level. */
    public void remark(Level level, String text) {
        if (REMARKS.isEnabledForLevel(level) && mayLog()) {
            REMARKS.atLevel(level).log(who + ": " + Texts.shorten(text, PIECE));
        }
    }

    /** Where to cut so that at most {@code most} bytes remain: not through a character, where that can be avoided. */
    private static int cut(byte[] bytes, int from, int end, int most) {
        int to = Texts.cut(bytes, from, end - from, most);
        return to > from ? to : Math.min(end, from + most);
    }

    private synchronized void keep(byte[] line, boolean logged) {
        saidAt = LogLength.lines();
        shown = logged ? shown + 1 : 0;
        if (lastWords.size() == LAST_LINES) {
            lastWords.removeFirst();
        }
        lastWords.addLast(line);
    }

    /** The last lines of stderr, oldest first, whether they were logged or dropped; each cut to a sane length. */
    public synchronized List<String> lastWords() {
        return lastWords.stream()
                .map(line -> Texts.printable(new String(line, StandardCharsets.UTF_8)))
                .toList();
    }

    /**
     * False if whoever looks at the end of the log now does not see the last words there: they were dropped, are below its
     * level, or too much was logged since.
     */
    public synchronized boolean areLastWordsInSight() {
        return shown >= lastWords.size() && LogLength.lines() - saidAt <= LINES_IN_SIGHT;
    }

    /** How many lines of stderr have come so far; a very long one counts as several. Any thread. */
    public long errorLines() {
        return errorLines.get();
    }

    /** The child has ended: says what was dropped last. */
    public synchronized void end() {
        report();
    }

    private synchronized boolean mayLog() {
        long now = clock.getAsLong();
        if (now - windowStart >= SECOND) {
            report();
            long seconds = Math.min(2, (now - windowStart) / SECOND);
            budget = (int) Math.min(2L * LINES_PER_SECOND, budget + seconds * LINES_PER_SECOND);
            windowStart = now;
        }
        if (budget > 0) {
            budget--;
            return true;
        }
        dropped++;
        metrics.logLinesDropped(1);
        return false;
    }

    private void report() {
        if (dropped > 0) {
            REMARKS.warn(
                    "{}: {} lines of its output were dropped (more than {} a second)", who, dropped, LINES_PER_SECOND);
            dropped = 0;
        }
    }

    /** A sink that logs one of the child's streams, line by line. */
    public Sink sink(String stream) {
        return new Sink(stream);
    }

    /** Cuts a stream that holds nothing but log lines into these. For the one thread that reads the stream. */
    public final class Sink implements ByteSink {
        private final String stream;
        // One more byte than a piece has: it tells where the last character ends.
        private final byte[] pending = new byte[PIECE + 1];
        private int size;
        private final AtomicLong seen = new AtomicLong();

        private Sink(String stream) {
            this.stream = stream;
        }

        /** Bytes that have come so far. Any thread. */
        public long seen() {
            return seen.get();
        }

        @Override
        public void bytes(byte[] buffer, int length) {
            seen.addAndGet(length);
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n') {
                    flush(size);
                } else {
                    pending[size++] = buffer[i];
                    if (size == pending.length) {
                        flush(cut(pending, 0, size, PIECE));
                    }
                }
            }
        }

        @Override
        public void end() {
            flush(size);
            ChildLog.this.end();
        }

        private void flush(int count) {
            if (count > 0) {
                line(stream, pending, 0, count);
                System.arraycopy(pending, count, pending, 0, size - count);
                size -= count;
            }
        }
    }
}
