package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.os.LoopSink;
import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.OversizedLine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * The reading side of the connection to one child: turns the bytes that it writes into messages, on the thread that reads
 * them, so that the event loop gets finished messages only; but few whole replies, which wait for nothing, are read on the loop
 * itself. A line that is no message is the child's own output and goes to its log.
 */
public final class ReplyReader implements LoopSink {
    /** Batches that the event loop may be behind: a child that floods its stdout waits for the loop, not the loop for it. */
    private static final int BATCHES_AHEAD = 16;
    /** So many bytes may the loop look through in one turn, for one child. */
    private static final int AT_ONCE = 16 * 1024;
    /** Longer lines are not looked at for what is wrong with them. */
    private static final int FLAW_SHOWS_WITHIN = 64 * 1024;

    /** How long a large reply may wait for memory: its program has done the work, and others give back what they have. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Resources resources;
    private final Format format;
    private final ChildLog log;
    private final ChildReports reports;
    private final Inbox inbox;
    private final LineSplitter splitter;
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    /** Kinds of mistakes that were said. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** Held while bytes are cut into lines, so that the loop can look at what is left over. */
    private final Lock cutting = new ReentrantLock();

    private List<Message.Outcome> batch = new ArrayList<>();
    private @Nullable OversizedLine oversized;
    /** What the line has said whose payloads are expected. */
    private Message.@Nullable Announcement announced;

    private boolean fatal;
    /** It can't be told any more where lines begin: what comes is not looked at. */
    private boolean lost;

    private final AtomicLong outputs = new AtomicLong();
    private final AtomicLong blanks = new AtomicLong();
    private volatile @Nullable Flaw lastFlaw;
    private volatile long lastFlawAt;
    private volatile int unfinished;
    private volatile long owed;
    /** Bytes that were cut into lines; changed under the lock, as is what was judged of them. */
    private long cut;

    private long judged;
    private final AtomicLong seen = new AtomicLong();
    private volatile long lastByteAt;
    private volatile @Nullable IntSupplier gauge;

    /**
     * The moment at which the last bytes of some messages came.
     *
     * @param at on the event loop's clock
     * @param unread bytes of the child's input that it had not read then; less than 0 where that is not known
     */
    public record Arrival(long at, int unread) {
        /** Of what was seen at {@code at}, without a look at the child's input. */
        public static Arrival at(long at) {
            return new Arrival(at, -1);
        }
    }

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
         * @param arrival when their last byte came
         */
        void replies(List<Message.Outcome> batch, Arrival arrival);

        /** The child asks to be replaced. At most once. */
        void fatal(String why);

        /** Where its next message begins can't be told any more: the child is of no use. At most one of these two comes. */
        void mixedUp(String why);

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
        IntSupplier input = gauge;
        // First of all: the child reads on while this is done.
        int unread = input == null ? -1 : input.getAsInt();
        long readAt = resources.loop().now();
        lastByteAt = readAt;
        seen.addAndGet(length);
        cutting.lock();
        try {
            splitter.feed(buffer, length);
            cut += length;
            unfinished = splitter.pending();
            owed = splitter.owed();
        } finally {
            cutting.unlock();
        }
        if (!batch.isEmpty()) {
            post(new Arrival(readAt, unread));
        }
    }

    @Override
    public EventLoop loop() {
        return resources.loop();
    }

    /**
     * Takes whole small replies, up to the first line that is anything else: what belongs to the log, or may be too large for
     * what memory is left, could have to wait.
     */
    @Override
    public int takeAtOnce(byte[] buffer, int length) {
        if (length > AT_ONCE || fatal || lost || !splitter.isAtStart() || !cutting.tryLock()) {
            return 0;
        }
        IntSupplier input = gauge;
        int unread = input == null ? -1 : input.getAsInt();
        long readAt = resources.loop().now();
        List<Message.Outcome> replies = new ArrayList<>();
        int taken = 0;
        try {
            for (Message.Outcome reply = reply(buffer, 0, length);
                    reply != null;
                    reply = reply(buffer, taken, length)) {
                replies.add(reply);
                taken = LineSplitter.indexOfNewline(buffer, taken, length) + 1;
            }
            cut += taken;
        } finally {
            cutting.unlock();
        }
        if (taken > 0) {
            lastByteAt = readAt;
            seen.addAndGet(taken);
            inbox.replies(replies, new Arrival(readAt, unread));
        }
        return taken;
    }

    @Override
    public boolean isWhole() {
        return splitter.isAtStart();
    }

    /** The reply that begins there; null if there is none, or not all of it, or something has to be said about it. */
    private Message.@Nullable Outcome reply(byte[] buffer, int from, int to) {
        int newline = LineSplitter.indexOfNewline(buffer, from, to);
        if (newline < 0 || !splitter.isSmall(newline - from)) {
            return null;
        }
        Body line = Body.copyOf(buffer, from, newline - from, resources.budget());
        try {
            Message message = format.read(line);
            if (message instanceof Message.Outcome outcome && isPlain(outcome)) {
                return outcome;
            }
            drop(message);
            return null;
        } finally {
            line.release();
        }
    }

    private boolean isPlain(Message.Outcome outcome) {
        if (outcome instanceof Message.Reply reply) {
            return isSaid(reply.remark());
        } else if (outcome instanceof Message.Failure failure) {
            return isSaid(failure.remark());
        }
        return outcome instanceof Message.Batch batch
                && !batch.answers().isEmpty()
                && batch.answers().stream().allMatch(this::isPlain);
    }

    private boolean isSaid(@Nullable String remark) {
        return remark == null || said.contains(remark);
    }

    /** It is read again, by the thread. */
    private static void drop(@Nullable Message message) {
        if (message instanceof Message.Outcome outcome) {
            outcome.drop();
        } else if (message instanceof Message.Announcement announcement) {
            drop(announcement.said());
        }
    }

    /** From now on, {@code unread} is asked for the bytes of its input that the child has not read, whenever it writes. */
    public void gaugeInput(IntSupplier unread) {
        gauge = unread;
    }

    private void post(Arrival arrival) {
        List<Message.Outcome> full = batch;
        batch = new ArrayList<>();
        ahead.acquireUninterruptibly();
        resources.loop().later(() -> {
            ahead.release();
            inbox.replies(full, arrival);
        });
    }

    @Override
    public void end() {
        byte[] rest = oversized == null ? splitter.end() : oversized.head();
        unfinished = 0;
        if (announced != null) {
            announced.without("it ended within the payloads of its reply");
            announced = null;
        }
        if (rest.length > 0 && !lost) {
            shown(rest, 0, rest.length);
            Flaw flaw = format.unfinished(rest, 0, rest.length);
            hint(flaw == null ? format.flaw(rest, 0, rest.length) : flaw);
        }
        resources.loop().later(inbox::ended);
    }

    /** What becomes of the lines. */
    private final class Lines implements LineSplitter.Sink {
        @Override
        public void line(Body line) {
            if (lost) {
                line.release();
                return;
            }
            try {
                Message message = format.read(line);
                if (message instanceof Message.Announcement announcement) {
                    announced = announcement;
                    splitter.expect(line.length(), announcement.sizes());
                } else if (!take(message)) {
                    output(line.bytes(), line.offset(), line.length());
                }
            } finally {
                // Whatever happened: a reply has taken over what was paid for the line.
                line.release();
            }
        }

        @Override
        public void payloads(List<Body> kept, @Nullable String limit, long total) {
            Message.Announcement line = Objects.requireNonNull(announced);
            announced = null;
            take(limit == null ? line.with(kept) : line.without(OversizedLine.tooLong(total, limit)));
        }

        @Override
        public void lost() {
            Message.Announcement line = Objects.requireNonNull(announced);
            announced = null;
            String why = "behind the payloads of its reply comes no newline: are they as long as it has said, and does"
                    + " nothing else write to its " + resources.replyStream() + '?';
            take(line.without(why));
            take(new Message.Lost(why));
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
            if (!lost && !take(line.end(total, limit))) {
                output(line.head(), 0, line.head().length);
            }
        }
    }

    /** Returns false if {@code message} is null. */
    private boolean take(@Nullable Message message) {
        if (message instanceof Message.Reply reply) {
            remark(reply.remark());
            batch.add(reply);
        } else if (message instanceof Message.Failure failure) {
            remark(failure.remark());
            batch.add(failure);
        } else if (message instanceof Message.Unusable unusable) {
            unusable(unusable);
        } else if (message instanceof Message.Batch answers) {
            answers(answers);
        } else if (message instanceof Message.Log said) {
            log.say(Level.valueOf(said.level().name()), said.text());
        } else if (message instanceof Message.Fatal said) {
            fatal(said.reason());
        } else if (message instanceof Message.Lost lost) {
            lost(lost.reason());
        } else if (message instanceof Message.Metrics said) {
            reports.reported(said.report());
        } else if (message instanceof Message.Ignored ignored) {
            log.say(Level.DEBUG, "it sent " + ignored.what());
        }
        return message != null;
    }

    private void answers(Message.Batch answers) {
        if (answers.answers().isEmpty()) {
            count(answers.missing());
        }
        for (Message.Outcome answer : answers.answers()) {
            if (answer instanceof Message.Failure failure) {
                remark(failure.remark());
            } else if (answer instanceof Message.Unusable unusable) {
                count(unusable.reason());
            }
        }
        batch.add(answers);
    }

    private void count(String reason) {
        resources.metrics().unusableLine();
        log.warn(reason);
    }

    private void unusable(Message.Unusable unusable) {
        count(unusable.reason());
        if (unusable.id() != Message.NOBODY) {
            batch.add(unusable);
        }
    }

    private void fatal(String reason) {
        if (!fatal) {
            fatal = true;
            if (!batch.isEmpty()) {
                // What it said before comes first.
                post(Arrival.at(lastByteAt));
            }
            resources.loop().later(() -> inbox.fatal(reason));
        }
    }

    private void lost(String reason) {
        lost = true;
        if (!fatal) {
            fatal = true;
            if (!batch.isEmpty()) {
                post(Arrival.at(lastByteAt));
            }
            resources.loop().later(() -> inbox.mixedUp(reason));
        }
    }

    private void output(byte[] bytes, int offset, int length) {
        if (length == 0) {
            blanks.incrementAndGet();
            return;
        }
        shown(bytes, offset, length);
        Flaw flaw = format.flaw(bytes, offset, length);
        hint(flaw);
        if (flaw != null && flaw.sign().mayBeReply()) {
            batch.add(new Message.Flawed(flaw));
        }
    }

    /** A message that could have been a reply, and is none in this program: it is output. Any thread. */
    public void disown(Message.Outcome message, Flaw flaw) {
        byte[] start = message.preview().getBytes(StandardCharsets.UTF_8);
        message.drop();
        shown(start, 0, start.length);
        hint(flaw);
    }

    private void shown(byte[] bytes, int offset, int length) {
        resources.metrics().unusableLine();
        outputs.incrementAndGet();
        log.line(resources.replyStream(), bytes, offset, length);
    }

    /** Says each kind of mistake once: the first such line is where help is needed. */
    private void hint(@Nullable Flaw flaw) {
        if (flaw != null) {
            lastFlaw = flaw;
            lastFlawAt = lastByteAt;
            if (said.add(flaw.kind())) {
                boolean isOutput = flaw.sign() == Flaw.Sign.OUTPUT;
                log.remark(isOutput ? Level.INFO : Level.WARN, "that line is no reply: " + flaw.why());
            }
        }
    }

    private void remark(@Nullable String remark) {
        if (remark != null && said.add(remark)) {
            log.warn(remark);
        }
    }

    /**
     * What is wrong with what has come, since this was last asked, of a line that has no end yet; null if nothing has, or the
     * rest may still come, or more is just being read. Each kind is said once in the log. Never waits. Any thread.
     */
    public @Nullable Flaw judgeUnfinished() {
        if (unfinished == 0 || !cutting.tryLock()) {
            return null;
        }
        Flaw flaw;
        try {
            int from = (int) Math.max(0, judged - (cut - splitter.pending()));
            byte[] rest = splitter.peek(from, FLAW_SHOWS_WITHIN);
            flaw = rest.length == 0 ? null : format.unfinished(rest, 0, rest.length);
            judged = flaw == null ? judged : cut;
        } finally {
            cutting.unlock();
        }
        if (flaw != null) {
            lastFlaw = flaw;
            lastFlawAt = lastByteAt;
            if (said.add(flaw.kind())) {
                log.warn("it has left a line without its end: " + flaw.why());
            }
        }
        return flaw;
    }

    /** Bytes that have come of a line whose end has not. Any thread. */
    public int unfinished() {
        return unfinished;
    }

    /** Bytes that are still to come of payloads that a line has announced. Any thread. */
    public long owed() {
        return owed;
    }

    /** How many empty lines have come so far. Any thread. */
    public long blanks() {
        return blanks.get();
    }

    /** What was wrong with the last line that may have been meant as a reply, since {@code nanos}; null for none. Any thread. */
    public @Nullable Flaw flawSince(long nanos) {
        Flaw last = lastFlaw;
        return last != null && lastFlawAt - nanos >= 0 ? last : null;
    }

    /** How many lines the child has written to its stderr. Any thread. */
    public long errorLines() {
        return log.errorLines();
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
