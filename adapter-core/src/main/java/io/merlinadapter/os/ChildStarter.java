package io.merlinadapter.os;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts children and signals them. One implementation starts processes of the operating system; the tests have one in
 * memory. Any thread; no method waits for a child.
 */
public interface ChildStarter {
    /** Starts a child. Returns at once. */
    void start(Preparation preparation, Listener listener);

    /** Calls {@code then} once everything that was asked for before has been done. */
    void afterwards(Runnable then);

    /** Returns true if a child of this size could run beside those that do. Blocks for a moment. */
    boolean hasRoomFor(long bytes);

    /**
     * Sends a signal to a child and its descendants, alive or not. Returns at once.
     *
     * @param signal its name without SIG
     */
    void signal(Child child, String signal);

    /** What is to be started, asked for at the last moment, on the thread that starts it. */
    interface Preparation {
        /**
         * May wait for the file system.
         *
         * @throws IOException why nothing can be started
         */
        Spec prepare() throws IOException;
    }

    /** The events of one start. Called on any thread; must not block for more than a moment. */
    interface Listener {
        /** It runs. Comes before any of its output and before its exit. */
        void started(Child child);

        /** It could not be started at all; nothing else will be called. */
        void failed(IOException cause);

        /** It has ended, and what it wrote was handed over, or is held up by one of its own children. */
        void exited(Exit exit);
    }

    /**
     * What to start.
     *
     * @param command the program and its arguments; no shell is involved
     * @param environment added to the adapter's own environment; a null value removes a variable
     * @param name for threads and logs, such as {@code worker-0}
     * @param stdout gets the bytes of stdout, on a thread of its own, or in part on the event loop ({@link LoopSink})
     * @param stderr gets the bytes of stderr, on a thread of its own
     */
    record Spec(
            List<String> command,
            Map<String, @Nullable String> environment,
            String name,
            ByteSink stdout,
            ByteSink stderr) {}
}
