package io.merlinadapter.process;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.MessageLoggers;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.stop.NopProcessStopper;

/**
 * Starts children, all from one thread that lives as long as the adapter: the kernel's "die with your parent" is tied to
 * the thread that started the child, not to its process.
 */
public final class ChildStarter {
    private static final Logger log = LoggerFactory.getLogger(ChildStarter.class);

    private final Isolation isolation;
    private final ExecutorService thread;

    /**
     * @param searchPath the value of PATH, to find the tools that isolate a child
     */
    public ChildStarter(String searchPath) {
        this.isolation = Isolation.detect(searchPath);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread starter = new Thread(task, "child-starter");
            starter.setDaemon(true);
            return starter;
        });
    }

    /** Who is told what became of a start. Called on threads that may be kept waiting but a moment. */
    public interface Listener {
        /** It runs. Comes before any of its output and before its exit. */
        void started(Child child);

        /** It could not be started at all. */
        void failed(IOException cause);

        /** It has ended, and what it wrote was handed over, or is held up by one of its own children. */
        void exited(Exit exit);
    }

    /** Starts a child. Any thread; returns at once. */
    public void start(ChildSpec spec, ChildStreams streams, Listener listener) {
        run(() -> startHere(spec, streams, listener));
    }

    /** Calls {@code then} once everything that was asked before has been done. Any thread. */
    public void afterwards(Runnable then) {
        run(then);
    }

    private void run(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // An exception that got out would end the thread, and with it every child.
                log.error("a task of the starter failed; please report this", e);
            }
        });
    }

    private void startHere(ChildSpec spec, ChildStreams streams, Listener listener) {
        RawStreams raw = new RawStreams(spec.name(), streams, listener, isolation.ownSession());
        try {
            new ProcessExecutor(isolation.wrap(spec.command()))
                    .environment(spec.environment())
                    .redirectErrorStream(false)
                    .streams(raw)
                    .stopper(NopProcessStopper.INSTANCE)
                    // The library's messages would show the environment, secrets and all.
                    .setMessageLogger(MessageLoggers.NOP)
                    .addListener(raw.listener())
                    .start();
        } catch (IOException e) {
            Throwable cause = e.getCause();
            listener.failed(cause instanceof IOException io ? io : new IOException("the program could not be started"));
        }
    }

    /**
     * Sends a signal to a child and its descendants, alive or not. Any thread; returns at once.
     *
     * @param signal its name without SIG
     */
    public void signal(Child child, String signal) {
        run(() -> Signals.send(child, signal));
    }
}
