package io.merlinadapter.cli.check;

import io.merlinadapter.text.Texts;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the adapter that is checked, as it writes it for machines: read here instead of on stderr. Holds the last lines
 * only, as a program may write without end, and those of programs apart, so that they push out no others. Any thread.
 */
final class CapturedLog extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(CapturedLog.class);
    private static final int MOST_LINES = 5000;
    /** Characters of what programs write. */
    private static final int MOST_CHILD_TEXT = 1 << 20;

    private static final JsonObject NOTHING = new JsonObject();
    private static final int LONGEST = 16 * 1024;
    private static final int LONGEST_SHOWN = 300;
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String MARK = "the check has come to step ";

    private final LongSupplier clock;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private final Deque<Line> lines = new ArrayDeque<>();
    private final Deque<Line> childLines = new ArrayDeque<>();
    private long childText;
    private long written;

    CapturedLog(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * One line.
     *
     * @param number counts from 1
     * @param type who speaks: adapter, child or access
     * @param stream of a child's words; empty for all else
     * @param members all that a line of the access log has; none of others
     */
    record Line(
            long number,
            Instant time,
            String severity,
            String type,
            String stream,
            String message,
            JsonObject members) {
        boolean isFromAdapter() {
            return type.equals("adapter");
        }

        boolean isFromProgram() {
            return type.equals("child");
        }

        /** Something that the adapter wants people to see. */
        boolean isRemark() {
            return isFromAdapter() && (severity.equals("WARNING") || severity.equals("ERROR"));
        }
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int from = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                begun.write(bytes, from, i - from);
                add(begun.toString(StandardCharsets.UTF_8));
                begun.reset();
                from = i + 1;
            }
        }
        begun.write(bytes, from, offset + length - from);
    }

    private void add(String text) {
        if (text.length() > LONGEST) {
            return;
        }
        Line line;
        try {
            line = line(new JsonObject(text));
        } catch (DecodeException | NullPointerException notOurs) {
            return;
        }
        if (line.isFromProgram()) {
            childLines.add(line);
            childText += line.message().length();
            while (childText > MOST_CHILD_TEXT) {
                childText -= childLines.remove().message().length();
            }
        } else {
            lines.add(line);
            if (lines.size() > MOST_LINES) {
                lines.remove();
            }
        }
        notifyAll();
    }

    private Line line(JsonObject json) {
        String type = json.getString("type", "");
        return new Line(
                ++written,
                Instant.parse(json.getString("time")),
                json.getString("severity", ""),
                type,
                json.getString("stream", ""),
                json.getString("message", ""),
                type.equals("access") ? json : NOTHING);
    }

    /** All that is logged from now on has a higher number. Waits until what was logged before is here. */
    long mark() throws InterruptedException {
        String words = MARK + Long.toHexString(clock.getAsLong());
        LOG.info(words);
        Line line = await(0, any -> any.message().equals(words), SETTLE_NANOS);
        return line == null ? now() : line.number();
    }

    private synchronized long now() {
        return written;
    }

    /** The lines after {@code mark}, without the marks. */
    synchronized List<Line> since(long mark) {
        List<Line> found = new ArrayList<>();
        for (Deque<Line> kind : List.of(lines, childLines)) {
            for (Line line : kind) {
                if (line.number() > mark && !line.message().startsWith(MARK)) {
                    found.add(line);
                }
            }
        }
        found.sort(Comparator.comparingLong(Line::number));
        return found;
    }

    /** The first line after {@code mark} that is wanted, of those that are no program's; null if none comes in time. */
    synchronized @Nullable Line await(long mark, Predicate<Line> wanted, long nanos) throws InterruptedException {
        long end = clock.getAsLong() + nanos;
        long seen = mark;
        while (true) {
            for (Line line : lines) {
                if (line.number() > seen && wanted.test(line)) {
                    return line;
                }
            }
            seen = Math.max(seen, written);
            long left = end - clock.getAsLong();
            if (left <= 0) {
                return null;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
    }

    /** What the program wrote to its stdout after {@code mark} that was no reply: its first lines, each once, shortened. */
    List<String> output(long mark, int most) {
        return since(mark).stream()
                .filter(line -> line.isFromProgram() && line.stream().equals("stdout"))
                .map(line -> Texts.shorten(line.message(), LONGEST_SHOWN))
                .distinct()
                .limit(most)
                .toList();
    }

    /** What the program wrote to its stderr after {@code mark}: its last lines that are not blank. */
    List<String> lastWords(long mark, int most) {
        List<String> words = since(mark).stream()
                .filter(line -> line.isFromProgram() && line.stream().equals("stderr"))
                .map(Line::message)
                .filter(message -> !message.isBlank())
                .toList();
        return words.subList(Math.max(0, words.size() - most), words.size());
    }
}
