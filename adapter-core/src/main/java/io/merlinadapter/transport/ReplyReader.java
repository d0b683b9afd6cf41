package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.OversizedLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The reading side of the connection to one child: turns the bytes that it writes into messages, on the thread that reads
 * them, so that the event loop gets finished messages only. A line that is no message is the child's own output and goes to
 * its log.
 */
public final class ReplyReader implements ByteSink {
    /** Batches that the event loop may be behind: a child that floods its stdout waits for the loop, not the loop for it. */
    private static final int BATCHES_AHEAD = 16;
    /** Lines of output that are examined for what their author may have meant. */
    private static final int LINES_TO_JUDGE = 1000;

    /** How long a large reply may wait for memory: its program has done the work, and others give back what they have. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Resources resources;
    private final Format format;
    private final ChildLog log;
    private final ChildReports reports;
    private final Inbox inbox;
    private final LineSplitter splitter;
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    private final Set<String> hints = new HashSet<>();
    private List<Message.Outcome> batch = new ArrayList<>();
    private @Nullable OversizedLine oversized;
    private boolean fatal;
    private final AtomicLong outputs = new AtomicLong();
    private final AtomicLong seen = new AtomicLong();
    private volatile long lastByteAt;

    /**
     * What the readers of one pool share.
     *
     * @param maxReply the longest line, in bytes
     * @param replyStream the name of what is read from, for messages, such as {@code stdout}
     */
    public record Resources(
            EventLoop loop,
            Format format,
            MemoryBudget budget,
            AdapterMetrics metrics,
            int maxReply,
            String replyStream) {}

    /** Receives what one child says. Called on the event loop, in the order in which the child said it. */
    public interface Inbox {
        /**
         * Messages that end requests.
         *
         * @param batch belongs to the inbox now, with the bodies of replies
         * @param readAt when their last byte came, on the event loop's clock
         */
        void replies(List<Message.Outcome> batch, long readAt);

        /** The child asks to be replaced. At most once. */
        void fatal(String why);

        /** The stream has ended. */
        void ended();
    }

    /** A reader that logs output to {@code log} and hands the child's metrics to {@code reports}. */
    public ReplyReader(Resources resources, ChildLog log, ChildReports reports, Inbox inbox) {
        this.resources = resources;
        this.format = resources.format();
        this.log = log;
        this.reports = reports;
        this.inbox = inbox;
        this.splitter = new LineSplitter(resources.maxReply(), resources.budget(), PATIENCE, new Lines());
    }

    @Override
    public void bytes(byte[] buffer, int length) {
        long readAt = resources.loop().now();
        lastByteAt = readAt;
        seen.addAndGet(length);
        splitter.feed(buffer, length);
        if (!batch.isEmpty()) {
            post(readAt);
        }
    }

    private void post(long readAt) {
        List<Message.Outcome> full = batch;
        batch = new ArrayList<>();
        ahead.acquireUninterruptibly();
        resources.loop().later(() -> {
            ahead.release();
            inbox.replies(full, readAt);
        });
    }

    @Override
    public void end() {
        byte[] rest = oversized == null ? splitter.end() : oversized.head();
        output(rest, 0, rest.length);
        resources.loop().later(inbox::ended);
    }

    /** What becomes of the lines. */
    private final class Lines implements LineSplitter.Sink {
        @Override
        public void line(Body line) {
            try {
                Message message = format.read(line);
                if (message instanceof Message.Reply reply) {
                    batch.add(reply);
                } else if (!take(message)) {
                    output(line.bytes(), line.offset(), line.length());
                }
            } finally {
                // Whatever happened: a reply has taken over what was paid for the line.
                line.release();
            }
        }

        @Override
        public void skip(byte[] bytes, int offset, int length) {
            if (oversized == null) {
                oversized = format.oversizedLine();
            }
            oversized.feed(bytes, offset, length);
        }

        @Override
        public void cut(long total, String limit) {
            OversizedLine line = Objects.requireNonNull(oversized);
            oversized = null;
            if (!take(line.end(total, limit))) {
                output(line.head(), 0, line.head().length);
            }
        }
    }

    /** Handles all but replies. Returns false if {@code message} is null. */
    private boolean take(@Nullable Message message) {
        if (message instanceof Message.Failure failure) {
            batch.add(failure);
        } else if (message instanceof Message.Unusable unusable) {
            unusable(unusable);
        } else if (message instanceof Message.Log said) {
            log.say(Level.valueOf(said.level().name()), said.text());
        } else if (message instanceof Message.Fatal said) {
            fatal(said.reason());
        } else if (message instanceof Message.Metrics said) {
            reports.reported(said.report());
        } else if (message instanceof Message.Ignored ignored) {
            log.say(Level.DEBUG, "it sent " + ignored.what());
        }
        return message != null;
    }

    private void unusable(Message.Unusable unusable) {
        resources.metrics().unusableLine();
        log.warn(unusable.reason());
        if (unusable.id() != Message.NOBODY) {
            batch.add(unusable);
        }
    }

    private void fatal(String reason) {
        if (!fatal) {
            fatal = true;
            if (!batch.isEmpty()) {
                // What it said before comes first.
                post(lastByteAt);
            }
            resources.loop().later(() -> inbox.fatal(reason));
        }
    }

    private void output(byte[] bytes, int offset, int length) {
        if (length > 0) {
            resources.metrics().unusableLine();
            outputs.incrementAndGet();
            log.line(resources.replyStream(), bytes, offset, length);
            hint(bytes, offset, length);
        }
    }

    /** Says each kind of mistake once: the first such line is where help is needed. */
    private void hint(byte[] bytes, int offset, int length) {
        if (outputs.get() <= LINES_TO_JUDGE) {
            String hint = format.hint(bytes, offset, length);
            if (hint != null && hints.add(hint)) {
                log.warn("that line is no reply: " + hint);
            }
        }
    }

    /** How many lines were output instead of messages, so far. Any thread. */
    public long outputs() {
        return outputs.get();
    }

    /** How many bytes have come so far. Any thread. */
    public long seen() {
        return seen.get();
    }

    /** When the last byte came, in nanoseconds of the event loop's clock; 0 for never. Any thread. */
    public long lastByteAt() {
        return lastByteAt;
    }

    /** The name of the stream that is read, such as {@code stdout}. */
    public String stream() {
        return resources.replyStream();
    }

    /** Says something about the child's replies in its log, unless too much has been said already. Any thread. */
    public void warn(String text) {
        log.warn(text);
    }
}
