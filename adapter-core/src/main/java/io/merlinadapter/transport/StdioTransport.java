package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import java.util.Map;

/** Requests on the child's stdin, replies on its stdout. */
public final class StdioTransport implements Transport {
    private final EventLoop loop;

    public StdioTransport(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public PendingChannel prepare(int worker) {
        return new Pending(loop, "worker-" + worker + "-stdin");
    }

    @Override
    public boolean allowsTwoAtOnce() {
        return true;
    }

    @Override
    public boolean openingIsProof() {
        return false;
    }

    @Override
    public String replyStream() {
        return "stdout";
    }

    @Override
    public void close() {
        // Nothing is kept for the pool.
    }

    /** The pipes are there as soon as the child is, and go with it. */
    private record Pending(EventLoop loop, String thread) implements PendingChannel {
        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public ByteSink stdout(ByteSink replies, ByteSink log) {
            return replies;
        }

        @Override
        public void open(Child child, ByteSink replies, Listener listener) {
            listener.opened(Channel.on(StdinWriter.to(child), thread, loop, listener));
        }

        @Override
        public String missing() {
            return "";
        }

        @Override
        public void awaitEnd() {
            // Whoever reads stdout has waited for that.
        }

        @Override
        public void close() {
            // The pipes are closed with the process.
        }
    }
}
