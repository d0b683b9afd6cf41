package io.merlinadapter.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.listener.ProcessListener;
import org.zeroturnaround.exec.stream.ExecuteStreamHandler;

/**
 * Takes a child's streams as they are, in place of the library's own pumps: those close an unused stdin, split lines on
 * CR and read without bound. Also the place where the exit is noticed: {@link #stop()} is called as soon as the process
 * has ended, before its streams are closed.
 */
final class RawStreams implements ExecuteStreamHandler {
    private final ChildStarter.Spec spec;
    private final ChildStarter.Listener listener;
    private final Aftermath aftermath;

    private @Nullable Pump stdout;
    private @Nullable Pump stderr;
    private volatile @Nullable ChildProcess child;

    /** What is done when the child has ended. */
    interface Aftermath {
        /** It runs. */
        ChildProcess begun(Process process);

        /** Ends what is left of its process group, and of what has left that. */
        void clear(ChildProcess child);

        /** How it ended; nothing more of it will be heard. */
        Exit over(ChildProcess child);
    }

    RawStreams(ChildStarter.Spec spec, ChildStarter.Listener listener, Aftermath aftermath) {
        this.spec = spec;
        this.listener = listener;
        this.aftermath = aftermath;
    }

    @Override
    public void setProcessInputStream(OutputStream os) {
        // Writing is the channel's business.
    }

    @Override
    public void setProcessErrorStream(InputStream is) {
        stderr = new Pump(is, spec.stderr());
    }

    @Override
    public void setProcessOutputStream(InputStream is) {
        stdout = new Pump(is, spec.stdout());
    }

    @Override
    public void start() throws IOException {
        // Reading begins in afterStart, once the child is known by name.
    }

    ProcessListener listener() {
        return new ProcessListener() {
            @Override
            public void afterStart(Process started, ProcessExecutor executor) {
                ChildProcess begun = aftermath.begun(started);
                child = begun;
                listener.started(begun);
                if (stdout != null && stderr != null) {
                    stdout.start(spec.name() + "-stdout");
                    stderr.start(spec.name() + "-stderr");
                }
            }
        };
    }

    @Override
    public void stop() {
        ChildProcess ended = child;
        if (ended == null) {
            return;
        }
        try {
            // First of all: a descendant could still read the request that is to go to another worker.
            aftermath.clear(ended);
            if (stdout != null && stderr != null) {
                stdout.awaitEnd();
                stderr.awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listener.exited(aftermath.over(ended));
        }
    }
}
