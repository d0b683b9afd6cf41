package io.merlinadapter.os;

import io.merlinadapter.metrics.AdapterMetrics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A child's own words, line by line, into the adapter's log. Over-long lines are split, never waited for; a flood is
 * dropped and counted, so that it can neither fill the disk nor hide what matters. Any thread.
 */
public final class ChildLog {
    private static final Logger log = LoggerFactory.getLogger("io.merlinadapter.child");

    /** Bytes of one logged piece. */
    static final int PIECE = 4 * 1024;

    public static final String STDOUT = "stdout";

    /** The name of the stream whose last lines are kept. */
    public static final String STDERR = "stderr";

    /** Lines a second that are logged for one worker, and as many more in one burst. */
    static final int LINES_PER_SECOND = 500;

    private static final long SECOND = 1_000_000_000L;

    private final String who;
    private final AdapterMetrics metrics;
    private final LongSupplier clock;

    private final LastWords lastWords = new LastWords();
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
        if (end > offset && STDERR.equals(stream)) {
            lastWords.add(bytes, offset, end);
        }
        for (int from = offset; from < end; from += PIECE) {
            if (mayLog()) {
                String text = new String(bytes, from, Math.min(PIECE, end - from), StandardCharsets.UTF_8);
                // One string and no arguments: what waits to be written is held once.
                log.info(who + " " + stream + ": " + printable(text));
            }
        }
    }

    /** Logs what the child says of itself, unless too much has been said already. */
    public void say(Level level, String text) {
        if (log.isEnabledForLevel(level) && mayLog()) {
            log.atLevel(level).log(who + ": " + printable(cut(text)));
        }
    }

    /** Says something about the child's output, unless too much has been said already. */
    public void warn(String text) {
        if (mayLog()) {
            log.warn(who + ": " + cut(text));
        }
    }

    /** Thousands of events may wait to be written. */
    private static String cut(String text) {
        return text.length() <= PIECE ? text : text.substring(0, PIECE) + "…";
    }

    /** The last lines of stderr, oldest first, whether they were logged or dropped; each cut to a sane length. */
    public List<String> lastWords() {
        return lastWords.lines();
    }

    /** The child has ended: says what was dropped last. */
    public synchronized void end() {
        report();
    }

    /** A terminal's control characters, CR and escapes among them, would garble or forge the log around them. */
    static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                clean = clean == null ? new StringBuilder(text) : clean;
                clean.setCharAt(i, c == '\r' ? '\u240d' : (char) (c == 0x7f ? 0x2421 : 0x2400 + c));
            }
        }
        return clean == null ? text : clean.toString();
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
            log.warn("{}: {} lines of its output were dropped (more than {} a second)", who, dropped, LINES_PER_SECOND);
            dropped = 0;
        }
    }
}
