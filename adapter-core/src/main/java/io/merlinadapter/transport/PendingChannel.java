package io.merlinadapter.transport;

import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import java.util.Map;

/** The channel to one child, from before its start until after its end. Safe to use on any thread. */
public interface PendingChannel {
    /** What the child's environment gets, such as the address to connect to. */
    Map<String, String> environment();

    /** Where the child's stdout goes. */
    ByteSink stdout(ByteSink replies, ByteSink log);

    /**
     * The child runs: opens the channel as soon as that is possible, and from then on hands what comes to
     * {@code replies} (but for what {@link #stdout} hands there). Returns at once.
     */
    void open(Child child, ByteSink replies, Listener listener);

    /** What is missing until the channel is open, as in {@code it has not connected to ADAPTER_SOCKET (…)}; else empty. */
    String missing();

    /** The child has ended: waits until all it has written was handed over, or until for a moment nothing came. */
    void awaitEnd() throws InterruptedException;

    /** Lets go of everything; what is not open by now never will be. More than once does no harm. */
    void close();

    /** Who is told; called on any thread that may be kept waiting but a moment. */
    interface Listener {
        /** The child can be written to. At most once. */
        void opened(Channel channel);

        /** A congested channel has room again. */
        void room();

        /** The child reads no more: what has not begun never will, and is given back by {@link Channel#halt()}. */
        default void broken() {}
    }
}
