package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on whatever wire. What is sent within one turn of the loop is gathered and goes out at its end, together: from
 * the loop itself where that can be done without waiting, so that no thread has to be woken, else from the thread of the
 * {@link LineWriter}.
 */
final class LineChannel implements Channel {
    private static final Logger log = LoggerFactory.getLogger(LineChannel.class);

    private final EventLoop loop;
    private final ByteWriter wire;
    private final PendingChannel.Listener listener;
    private final WriteQueue queue;
    private final LineWriter writer;
    private final Unread unread;
    private final Runnable flush = this::flush;
    private boolean flushIsDue;

    /** A channel on {@code wire}; {@code name} is for its writer's thread. */
    LineChannel(EventLoop loop, ByteWriter wire, String name, PendingChannel.Listener listener) {
        this.loop = loop;
        this.wire = wire;
        this.listener = listener;
        this.queue = new WriteQueue(listener::room);
        this.writer = new LineWriter(queue, wire, name, listener::broken);
        this.unread = new Unread(wire);
    }

    @Override
    public boolean write(Line line) {
        return send(line);
    }

    @Override
    public boolean writeFirst(Line line) {
        line.setFirst(true);
        return send(line);
    }

    private boolean send(Line line) {
        if (!queue.add(line)) {
            return false;
        }
        if (!flushIsDue && queue.isWithLoop()) {
            flushIsDue = true;
            loop.later(flush);
        }
        return true;
    }

    private void flush() {
        flushIsDue = false;
        long bytes = queue.bytesForLoop();
        if (bytes == 0) {
            return;
        }
        if (wire.takesAtOnce(bytes)) {
            writeNow();
        } else {
            handOver();
        }
    }

    private void writeNow() {
        List<Line> batch = queue.take();
        int size = LineWriter.fill(wire.buffer(), batch);
        int taken;
        try {
            taken = wire.offer();
        } catch (IOException e) {
            log.debug("the program reads no more", e);
            queue.settle(batch, 0);
            if (queue.fail()) {
                listener.broken();
            }
            return;
        }
        unread.took(queue.settle(batch, taken));
        if (taken < size) {
            handOver();
        }
    }

    private void handOver() {
        // What the thread writes comes behind them: how much is unread tells nothing of them any more.
        unread.forget();
        writer.takeOver();
    }

    @Override
    public boolean isCongested() {
        return queue.isCongested();
    }

    @Override
    public boolean withdraw(Line line) {
        return queue.remove(line);
    }

    @Override
    public boolean isUntouched(Line line) {
        return line.isWaiting() || unread.includes(line);
    }

    @Override
    public boolean isUnbegun(Line line) {
        return line.isWaiting();
    }

    @Override
    public List<Line> halt() {
        List<Line> untouched = new ArrayList<>(unread.giveBack());
        untouched.addAll(queue.halt());
        wire.leave();
        wire.wake();
        return untouched;
    }

    @Override
    public void close() {
        unread.forget();
        wire.leave();
        writer.close();
    }

    /** Writes nothing more; what has not begun stays to be given back. Any thread. */
    void abort() {
        queue.fail();
        wire.wake();
    }
}
