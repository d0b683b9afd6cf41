package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.ThreadOnNeed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of the connection to one child. The lines of one turn of the event loop are written together at its end:
 * by the event loop itself where that can be done without waiting, so that no thread has to be woken; else by the writer, a
 * thread of the channel's own, which alone may wait for the child.
 *
 * <p>A line has begun with the first byte that was offered to the operating system. A line that has begun is always
 * finished; one that has not begun can be taken back.
 *
 * <p>Event loop only, but for {@link #abort()} and {@link #unread()}. No call waits for the child.
 */
public final class Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Channel.class);
    private final EventLoop loop;
    private final ByteWriter bytes;
    private final Executor writer;
    private final Listener listener;
    private final WriteQueue queue;
    private final Runnable flush = this::flush;
    /** One comes at the end of this turn. */
    private boolean flushIsDue;
    /** One comes with the next task. */
    private boolean flushIsNear;

    /**
     * The lines that the event loop has written last, in one go into an empty pipe, with nothing behind them: as many bytes
     * as are unread are the last bytes of these lines. A line that is unread as a whole may yet be given to another child, so
     * that it counts as written only when that is ruled out.
     */
    private List<Line> lastWritten = List.of();

    /** The events of a channel. Called on any thread; must not block for more than a moment. */
    public interface Listener {
        /** A congested channel has room again. */
        void room();

        /** The child reads no more: lines that have not begun never will, and are given back by {@link #halt()}. */
        default void broken() {}
    }

    /**
     * @param writer runs what may wait for the child, one task after the other
     */
    Channel(EventLoop loop, ByteWriter bytes, Executor writer, Listener listener) {
        this.loop = loop;
        this.bytes = bytes;
        this.writer = writer;
        this.listener = listener;
        this.queue = new WriteQueue(listener::room);
    }

    /** A channel that has a thread of its own when it needs one, named {@code thread}. */
    static Channel on(ByteWriter bytes, String thread, EventLoop loop, Listener listener) {
        return new Channel(loop, bytes, ThreadOnNeed.named(thread), listener);
    }

    /**
     * Sends a line at the end of this turn of the loop, together with the others of the turn, or later when the child reads.
     * Returns false if the child reads no more; the line has not begun then.
     */
    public boolean write(Line line) {
        if (!queue.add(line)) {
            return false;
        }
        if (!flushIsDue && !flushIsNear && queue.isWithLoop()) {
            flushIsDue = true;
            loop.atEndOfTurn(flush);
        }
        return true;
    }

    /** As {@link #write}, of a line that none follows for now: it does not wait for the rest of what the turn has read. */
    public boolean writeLast(Line line) {
        if (!queue.add(line)) {
            return false;
        }
        if (!flushIsNear && queue.isWithLoop()) {
            flushIsNear = true;
            loop.later(flush);
        }
        return true;
    }

    /** As {@link #write}, but before every line that has not begun: for lines that steer the child. */
    public boolean writeFirst(Line line) {
        line.setFirst(true);
        return writeLast(line);
    }

    private void flush() {
        flushIsDue = false;
        flushIsNear = false;
        long size = queue.bytesForLoop();
        if (size == 0) {
            return;
        }
        if (bytes.takesAtOnce(size)) {
            writeNow();
        } else {
            handOver();
        }
    }

    private void writeNow() {
        List<Line> batch = queue.take();
        int size = fill(batch);
        int taken;
        try {
            taken = bytes.offer();
        } catch (IOException e) {
            LOG.debug("the program reads no more", e);
            queue.settle(batch, 0);
            if (queue.fail()) {
                listener.broken();
            }
            return;
        }
        remember(queue.settle(batch, taken));
        if (taken < size) {
            handOver();
        }
    }

    /** Fills the buffer with what is to be written; returns how many bytes. */
    private int fill(List<Line> batch) {
        ByteBuffer buffer = bytes.buffer();
        buffer.clear();
        for (Line line : batch) {
            line.copyTo(buffer);
        }
        return buffer.flip().remaining();
    }

    private void handOver() {
        // What the writer writes comes behind them: how much is unread tells nothing of them any more.
        forgetLastWritten();
        if (queue.handOver()) {
            startWriter();
        }
    }

    private void startWriter() {
        boolean started = false;
        try {
            writer.execute(this::writeBatch);
            started = true;
        } finally {
            if (!started) {
                // There is no thread to be had now; the next line tries again.
                queue.takeOver();
            }
        }
    }

    /** Writes what fits into one go, and comes again for the rest. On the writer. */
    private void writeBatch() {
        List<Line> batch = queue.takeForWriter();
        if (batch == null) {
            return;
        }
        boolean goesOn = false;
        try {
            if (!batch.isEmpty()) {
                write(batch);
                writer.execute(this::writeBatch);
                goesOn = true;
            }
        } catch (IOException e) {
            LOG.debug("the program reads no more", e);
        } finally {
            if (!goesOn) {
                end();
            }
        }
    }

    private void write(List<Line> batch) throws IOException {
        int size = fill(batch);
        int taken;
        try {
            taken = bytes.write();
        } catch (IOException e) {
            if (bytes.failsAsAWhole(size)) {
                queue.settle(batch, 0);
            }
            throw e;
        }
        queue.settle(batch, taken).forEach(Line::written);
        if (taken < size) {
            bytes.awaitRoom();
        }
    }

    private void end() {
        if (queue.fail()) {
            listener.broken();
        }
        bytes.end();
    }

    /**
     * Returns true if so much waits for the child to read that further requests should wait where another worker can have
     * them. {@link Listener#room()} tells when that is over.
     */
    public boolean isCongested() {
        return queue.isCongested();
    }

    /** Takes back a line. Returns false if it has begun. */
    public boolean withdraw(Line line) {
        return queue.remove(line);
    }

    /** Sends {@code other} in place of a line. Returns false if that has begun. */
    public boolean replace(Line line, Line other) {
        return queue.replace(line, other);
    }

    /**
     * Returns true if the child has certainly not read a byte of {@code line}; false where that can't be known. Where the
     * child turns out to have read everything, the lines that were kept for that question are let go of.
     */
    public boolean isUntouched(Line line) {
        return line.isWaiting() || isUnread(line);
    }

    /**
     * Returns true if the child had certainly not read a byte of {@code line} when {@code unread} bytes of its input were
     * unread, at a time when it may not even have been written.
     */
    public boolean wasUntouched(Line line, int unread) {
        int at = unread > 0 ? lastWritten.indexOf(line) : -1;
        return at >= 0 && unread >= sizeFrom(at);
    }

    /** How many bytes of its input the child has not read; less than 0 where that is not known. Any thread. */
    public int unread() {
        return bytes.unread();
    }

    /** Returns true if {@code line} has not begun; costs less than {@link #isUntouched} and knows less. */
    public boolean isUnbegun(Line line) {
        return line.isWaiting();
    }

    /**
     * Stops writing for good and gives back, in order, the lines of which the child has certainly not read a byte, but for
     * those that steer it. To be called when nobody can read any more.
     */
    public List<Line> halt() {
        List<Line> untouched = new ArrayList<>(giveBackUnread());
        untouched.addAll(queue.halt());
        bytes.leave();
        bytes.wake();
        return untouched;
    }

    /**
     * Closes the child's input once the line that has begun is written: the polite way to say that there is no more. Lines
     * that have not begun are left for {@link #halt()} to give back.
     */
    public void close() {
        forgetLastWritten();
        bytes.leave();
        if (queue.close()) {
            startWriter();
        }
        bytes.wake();
    }

    /** Writes nothing more; lines that have not begun are left for {@link #halt()} to give back. Any thread. */
    void abort() {
        queue.fail();
        bytes.wake();
    }

    /** The lines were written by the event loop, and the child has read all that was before them. */
    private void remember(List<Line> written) {
        forgetLastWritten();
        if (bytes.isGauged()) {
            lastWritten = written;
        } else {
            written.forEach(Line::written);
        }
    }

    private boolean isUnread(Line line) {
        int at = lastWritten.indexOf(line);
        if (at < 0) {
            return false;
        }
        long size = sizeFrom(at);
        int left = bytes.unread();
        if (left == 0) {
            forgetLastWritten();
        }
        return left >= size;
    }

    private long sizeFrom(int index) {
        long size = 0;
        for (Line line : lastWritten.subList(index, lastWritten.size())) {
            size += line.size();
        }
        return size;
    }

    private List<Line> giveBackUnread() {
        List<Line> unread = new ArrayList<>();
        int left = lastWritten.isEmpty() ? 0 : bytes.unread();
        long size = sizeFrom(0);
        for (Line line : lastWritten) {
            if (left < size) {
                line.written();
            } else if (!line.isFirst()) {
                unread.add(line);
            }
            size -= line.size();
        }
        lastWritten = List.of();
        return unread;
    }

    /** Forgets the last lines: it can no longer be told whether the child has read them, so they won't be given back. */
    private void forgetLastWritten() {
        List<Line> past = lastWritten;
        lastWritten = List.of();
        past.forEach(Line::written);
    }
}
