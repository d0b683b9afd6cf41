package io.merlinadapter.worker;

import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.LineSplitter;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.Skim;
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
 * Turns the bytes that a child writes into answers, on the thread that reads them, so that the loop only gets what is
 * finished. What is no answer is the child's own output and goes to its log.
 */
final class ReplyReader implements ByteSink, LineSplitter.Sink {
    /** Batches that the loop may be behind: a child that floods its stdout waits for the loop, not the loop for it. */
    private static final int BATCHES_AHEAD = 16;

    private static final int LINES_TO_JUDGE = 1000;

    private final Format format;
    private final PoolResources parts;
    private final ChildLog log;
    private final ChildReports reports;
    private final Inbox inbox;
    private final LineSplitter splitter;
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    private final Set<String> hints = new HashSet<>();
    private List<Answer> batch = new ArrayList<>();
    private @Nullable Skim skim;
    private boolean fatal;
    private final AtomicLong outputs = new AtomicLong();
    private final AtomicLong seen = new AtomicLong();
    private volatile long lastByteAt;

    /** Where answers go, on the loop. */
    interface Inbox {
        /** What was read at {@code readAt}, on the loop's clock. */
        void answers(List<Answer> batch, long readAt);

        /** The child asks to be replaced. */
        void fatal(String why);

        /** There will be no more. */
        void ended();
    }

    ReplyReader(PoolResources parts, int maxReply, ChildLog log, ChildReports reports, Inbox inbox) {
        this.format = parts.format();
        this.parts = parts;
        this.log = log;
        this.reports = reports;
        this.inbox = inbox;
        this.splitter = new LineSplitter(maxReply, parts.budget(), this);
    }

    @Override
    public void bytes(byte[] buffer, int length) {
        long readAt = parts.loop().now();
        lastByteAt = readAt;
        seen.addAndGet(length);
        splitter.feed(buffer, length);
        if (!batch.isEmpty()) {
            post(readAt);
        }
    }

    private void post(long readAt) {
        List<Answer> full = batch;
        batch = new ArrayList<>();
        ahead.acquireUninterruptibly();
        parts.loop().later(() -> {
            ahead.release();
            inbox.answers(full, readAt);
        });
    }

    @Override
    public void end() {
        byte[] rest = skim == null ? splitter.end() : skim.head();
        if (rest.length > 0) {
            output(rest, 0, rest.length);
        }
        parts.loop().later(inbox::ended);
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
        Message message = format.read(bytes, offset, length);
        if (message instanceof Message.Reply reply) {
            int size = reply.length();
            byte[] kept = new byte[size];
            System.arraycopy(reply.bytes(), reply.offset(), kept, 0, size);
            given(reply, new Body(kept, 0, size, parts.budget(), size));
        } else if (!heard(message)) {
            output(bytes, offset, length);
        }
    }

    private void given(Message.Reply reply, Body body) {
        parts.budget().reserve(reply.length());
        batch.add(new Answer.Given(reply.id(), body));
    }

    @Override
    public void largeLine(Body line) {
        Message message = format.read(line.bytes(), line.offset(), line.length());
        if (message instanceof Message.Reply reply && reply.bytes() == line.bytes()) {
            batch.add(new Answer.Given(reply.id(), line.part(reply.offset(), reply.length())));
            return;
        }
        if (message instanceof Message.Reply reply) {
            given(reply, new Body(reply.bytes(), reply.offset(), reply.length(), parts.budget(), reply.length()));
        } else if (!heard(message)) {
            output(line.bytes(), line.offset(), line.length());
        }
        line.release();
    }

    @Override
    public void skip(byte[] bytes, int offset, int length) {
        if (skim == null) {
            skim = format.skim();
        }
        skim.feed(bytes, offset, length);
    }

    @Override
    public void cut(long total, String limit) {
        Skim read = Objects.requireNonNull(skim);
        skim = null;
        if (!heard(read.end(total, limit))) {
            output(read.head(), 0, read.head().length);
        }
    }

    /** Takes in what is no prediction; false if it is no message. */
    private boolean heard(@Nullable Message message) {
        if (message instanceof Message.Failure failure) {
            PredictException why = PredictException.modelFailed(failure.status(), failure.message());
            batch.add(new Answer.Refused(failure.id(), why, failure.code()));
        } else if (message instanceof Message.Unusable unusable) {
            unusable(unusable);
        } else if (message instanceof Message.Log said) {
            log.say(levelOf(said.level()), said.text());
        } else if (message instanceof Message.Fatal fatal) {
            fatal(fatal.reason());
        } else if (message instanceof Message.Metrics said) {
            reports.reported(said.report());
        } else if (message instanceof Message.Ignored ignored) {
            log.say(Level.DEBUG, "it sent " + ignored.what());
        }
        return message != null;
    }

    private void unusable(Message.Unusable unusable) {
        metrics().unusableLine();
        log.warn(unusable.reason());
        if (unusable.id() != Message.NOBODY) {
            batch.add(new Answer.Refused(
                    unusable.id(), PredictException.of(FailureKind.BAD_REPLY, unusable.reason()), 0));
        }
    }

    /** Once is enough; behind what it said before. */
    private void fatal(String reason) {
        if (!fatal) {
            fatal = true;
            if (!batch.isEmpty()) {
                post(lastByteAt);
            }
            parts.loop().later(() -> inbox.fatal(reason));
        }
    }

    private static Level levelOf(Message.Level level) {
        return Level.valueOf(level.name());
    }

    private void output(byte[] bytes, int offset, int length) {
        if (length > 0) {
            metrics().unusableLine();
            outputs.incrementAndGet();
            log.line(parts.channels().replyStream(), bytes, offset, length);
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

    /** How many lines were no answer, so far. Any thread. */
    long outputs() {
        return outputs.get();
    }

    /** How many bytes have come, so far. Any thread. */
    long seen() {
        return seen.get();
    }

    /** When the last byte came, on the loop's clock; 0 for never. Any thread. */
    long lastByteAt() {
        return lastByteAt;
    }

    private AdapterMetrics metrics() {
        return parts.metrics();
    }
}
