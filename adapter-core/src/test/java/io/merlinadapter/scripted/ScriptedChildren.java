package io.merlinadapter.scripted;

import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.transport.PendingChannel;
import io.merlinadapter.transport.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts {@link ScriptedChild}ren, and is the {@link #transport()} to them: core without processes, threads and waiting. A
 * start, a signal and all else happens when the loop next turns.
 */
public final class ScriptedChildren implements ChildStarter {
    private static final long FIRST_PID = 1000;

    private final ManualEventLoop loop;
    private final List<ScriptedChild> started = new ArrayList<>();
    private Consumer<ScriptedChild> onStart = child -> {};
    private @Nullable String startFailure;
    private boolean held;
    private boolean hasRoom = true;
    private boolean allowsTwoAtOnce = true;
    private boolean openingIsProof;

    public ScriptedChildren(ManualEventLoop loop) {
        this.loop = loop;
    }

    /** Every child that was started so far, in this order. */
    public List<ScriptedChild> all() {
        return List.copyOf(started);
    }

    /** The child that was started last. */
    public ScriptedChild last() {
        return started.get(started.size() - 1);
    }

    /** Has {@code script} called with every child as it starts, before the adapter hears of it. */
    public void onStart(Consumer<ScriptedChild> script) {
        onStart = script;
    }

    /** From now on no start succeeds; null ends that. */
    public void failStarts(@Nullable String why) {
        startFailure = why;
    }

    /** From now on a child's channel is not opened before {@link ScriptedChild#openChannel()}. */
    public void holdChannels() {
        held = true;
    }

    /** What {@link #hasRoomFor} says. */
    public void setHasRoom(boolean room) {
        hasRoom = room;
    }

    /** What the transport says of itself; at first it is as the one over stdin and stdout. */
    public void setTransport(boolean twoAtOnce, boolean openIsProof) {
        allowsTwoAtOnce = twoAtOnce;
        openingIsProof = openIsProof;
    }

    @Override
    public void start(Preparation preparation, Listener listener) {
        loop.later(() -> {
            Spec spec;
            try {
                spec = preparation.prepare();
                if (startFailure != null) {
                    throw new IOException(startFailure);
                }
            } catch (IOException e) {
                listener.failed(e);
                return;
            }
            ScriptedChild child = new ScriptedChild(loop, FIRST_PID + started.size(), spec, listener);
            started.add(child);
            onStart.accept(child);
            listener.started(child);
        });
    }

    @Override
    public void afterwards(Runnable then) {
        loop.later(then);
    }

    @Override
    public boolean hasRoomFor(long bytes) {
        return hasRoom;
    }

    @Override
    public void signal(Child child, String signal) {
        loop.later(() -> ((ScriptedChild) child).signalled(signal));
    }

    /** The transport between these children and the adapter. */
    public Transport transport() {
        return new InMemoryTransport();
    }

    private final class InMemoryTransport implements Transport {
        @Override
        public PendingChannel prepare(int worker) {
            return new InMemoryChannel();
        }

        @Override
        public boolean allowsTwoAtOnce() {
            return allowsTwoAtOnce;
        }

        @Override
        public boolean openingIsProof() {
            return openingIsProof;
        }

        @Override
        public String replyStream() {
            return "stdout";
        }

        @Override
        public void close() {
            // Nothing is kept for the pool.
        }
    }

    private final class InMemoryChannel implements PendingChannel {
        private @Nullable ScriptedChild child;

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public ByteSink stdout(ByteSink replies, ByteSink log) {
            return replies;
        }

        @Override
        public void open(Child opened, ByteSink replies, PendingChannel.Listener listener) {
            ScriptedChild scripted = (ScriptedChild) opened;
            child = scripted;
            scripted.connect(replies, listener, held);
        }

        @Override
        public String missing() {
            return child == null ? "" : child.missing();
        }

        @Override
        public void awaitEnd() {
            // All that it wrote is handed over before its end.
        }

        @Override
        public void close() {
            // There is nothing to let go of.
        }
    }
}
