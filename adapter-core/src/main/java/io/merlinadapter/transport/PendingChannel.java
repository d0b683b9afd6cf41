package io.merlinadapter.transport;

import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import java.util.Map;

/** The channel to one child, from before its start until after its end. Any thread. */
public interface PendingChannel {
    /** Variables for the child's environment, such as the address to connect to. */
    Map<String, String> environment();

    /** Returns whichever of the two the child's stdout belongs to. */
    ByteSink stdout(ByteSink replies, ByteSink log);

    /**
     * To be called when the child runs: opens the channel as soon as that is possible, and from then on hands to {@code
     * replies} what comes on it; where replies come on stdout, that is done by whoever reads stdout. Returns at once.
     */
    void open(Child child, ByteSink replies, Listener listener);

    /** Why the channel is not open yet, as in {@code it has not connected to ADAPTER_SOCKET (…)}; empty if it is. */
    String missing();

    /**
     * To be called when the child has ended: waits until all that it has written was handed over, or until nothing has come
     * for a moment.
     */
    void awaitEnd() throws InterruptedException;

    /** Closes everything; a channel that is not open by now never will be. Further calls do nothing. */
    void close();

    /** The events of the channel. Called on any thread; must not block for more than a moment. */
    interface Listener extends Channel.Listener {
        /** The child can be written to. At most once. */
        void opened(Channel channel);
    }
}
