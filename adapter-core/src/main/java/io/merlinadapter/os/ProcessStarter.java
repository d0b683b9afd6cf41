package io.merlinadapter.os;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.MessageLoggers;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.listener.ProcessListener;
import org.zeroturnaround.exec.stop.NopProcessStopper;
import org.zeroturnaround.exec.stream.ExecuteStreamHandler;

/**
 * Starts children, all from one thread that lives as long as the adapter: the kernel's "die with your parent" is tied to
 * the thread that started the child, not to its process.
 */
public final class ProcessStarter implements ChildStarter {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessStarter.class);

    /** In the environment of a child and of all that it starts, with a value that no other child has. */
    public static final String MARK = "ADAPTER_CHILD";

    private static final int OOM_SCORE_RAISE = 300;
    private static final int OOM_SCORE_MAX = 1000;

    private final List<String> prefix;
    private final boolean ownSession;
    private final ControlGroup group;
    private final MemoryWatch memoryWatch;
    private final ExecutorService thread;

    /**
     * Says in the log what is lost where a tool is missing. The tools are of util-linux: they put a child into a session of
     * its own, so that a signal to the adapter's group never reaches it first, and have the kernel end it with the adapter,
     * even if that is SIGKILLed; not so what the child starts, because a death signal is not inherited. They replace themselves
     * with the program, whose process id stays the one that was started.
     *
     * @param searchPath the value of PATH, to find these tools
     * @param memory how much of it children may take
     */
    public ProcessStarter(String searchPath, ProgramMemory memory) {
        this(searchPath, memory, ControlGroup.ofThisProcess());
    }

    /** As the other, in a container whose memory is that of {@code group}. */
    ProcessStarter(String searchPath, ProgramMemory memory, ControlGroup group) {
        this.group = group;
        Optional<Path> setsid = Programs.find("setsid", searchPath);
        Optional<Path> setpriv = Programs.find("setpriv", searchPath);
        List<String> tools = new ArrayList<>();
        setsid.ifPresentOrElse(
                path -> tools.add(path.toString()),
                () -> LOG.warn("setsid was not found: a signal to the adapter's process group reaches the program too,"
                        + " and its own children may outlive it; install util-linux"));
        setpriv.ifPresentOrElse(
                path -> tools.addAll(List.of(path.toString(), "--pdeathsig", "KILL", "--")),
                () -> LOG.warn("setpriv was not found: the program may outlive the adapter if that is killed;"
                        + " install util-linux"));
        this.prefix = List.copyOf(tools);
        this.ownSession = setsid.isPresent();
        this.memoryWatch = new MemoryWatch(memory, group);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread starter = new Thread(task, "child-starter");
            starter.setDaemon(true);
            return starter;
        });
        // Now rather than with the first child: without it there will be none.
        thread.execute(() -> {});
    }

    @Override
    public void start(Preparation preparation, Listener listener) {
        run(() -> {
            Spec spec;
            try {
                spec = preparation.prepare();
            } catch (IOException e) {
                listener.failed(e);
                return;
            } catch (RuntimeException | Error e) {
                // Who is never told would wait for ever.
                listener.failed(new IOException("the adapter failed: " + e, e));
                return;
            }
            startHere(spec, listener);
        });
    }

    @Override
    public void afterwards(Runnable then) {
        run(then);
    }

    @Override
    public boolean hasRoomFor(long bytes) {
        return group.room().orElse(Long.MAX_VALUE) - memoryWatch.kept() > bytes;
    }

    private void run(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // What got out would end the thread, and with it every child.
                LOG.error("a task of the starter failed; please report this", e);
            }
        });
    }

    private void startHere(Spec spec, Listener listener) {
        Start start = new Start(spec, listener);
        Map<String, @Nullable String> environment = new HashMap<>(spec.environment());
        environment.put(MARK, start.mark);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(SystemText.startable(spec.command()));
        try {
            ProcessExecutor executor = new ProcessExecutor(command);
            start.offerPipe(executor);
            executor.environment(environment)
                    .redirectErrorStream(false)
                    .streams(start)
                    .stopper(NopProcessStopper.INSTANCE)
                    // The library's messages would show the environment, secrets and all.
                    .setMessageLogger(MessageLoggers.NOP)
                    .addListener(new ProcessListener() {
                        @Override
                        public void afterStart(Process process, ProcessExecutor executor) {
                            start.begun(process);
                        }
                    })
                    .start();
        } catch (IOException e) {
            start.closePipe();
            Throwable cause = e.getCause();
            listener.failed(cause instanceof IOException io ? io : new IOException("the program could not be started"));
        } catch (RuntimeException | Error e) {
            // Where the system gives no more threads, the process may run all the same, with nobody to notice its end.
            if (Shortage.of(e) == null) {
                LOG.error(
                        "{}: the adapter failed to start it; please report this",
                        spec.name().replace('-', ' '),
                        e);
            }
            start.abandon();
            listener.failed(new IOException("the adapter failed: " + e, e));
        }
    }

    @Override
    public void signal(Child child, String signal) {
        run(() -> Signals.send((ChildProcess) child, signal));
    }

    /**
     * One child, from its start to its end. Takes its streams as they are, in place of the library's own pumps: those close
     * an unused stdin, split lines on CR and read without bound. Also notices the exit: {@link #stop()} is called as soon as
     * the process has ended, before its streams are closed.
     */
    private final class Start implements ExecuteStreamHandler {
        private final Spec spec;
        private final Listener listener;
        private final String mark = UUID.randomUUID().toString();
        private final long killsBefore = group.memoryKills();
        private @Nullable OutputPump stdout;
        private @Nullable OutputPump stderr;
        /** What the event loop reads; null where a thread reads stdout. */
        private @Nullable ChildPipe pipe;

        private volatile @Nullable ChildProcess child;

        Start(Spec spec, Listener listener) {
            this.spec = spec;
            this.listener = listener;
        }

        /** Has the program write its stdout to a pipe that the event loop can read, if that is wanted and can be. */
        void offerPipe(ProcessExecutor executor) {
            if (spec.stdout() instanceof LoopSink sink && sink.loop().canWatch()) {
                pipe = ChildPipe.of(executor);
                stdout = pipe == null ? null : new LoopPump(pipe.source(), sink);
            }
        }

        /** There is no child for it. */
        void closePipe() {
            if (pipe != null) {
                pipe.closeSink();
                ChildPipe.close(pipe.source());
            }
        }

        @Override
        public void setProcessInputStream(OutputStream stream) {
            // Channels write there.
        }

        @Override
        public void setProcessErrorStream(InputStream stream) {
            stderr = new Pump(stream, spec.stderr());
        }

        @Override
        public void setProcessOutputStream(InputStream stream) {
            if (pipe == null) {
                stdout = new Pump(stream, spec.stdout());
            } else {
                // The child has its own by now.
                pipe.closeSink();
            }
        }

        @Override
        public void start() {
            // Reading begins in begun(), once the listener knows the child.
        }

        void begun(Process process) {
            raiseOomScore(process.pid());
            ChildProcess begun = new ChildProcess(process, ownSession);
            child = begun;
            memoryWatch.begun(begun);
            listener.started(begun);
            if (stdout != null && stderr != null) {
                stdout.start(spec.name() + "-stdout");
                stderr.start(spec.name() + "-stderr");
            }
        }

        @Override
        public void stop() {
            ChildProcess ended = child;
            if (ended == null) {
                return;
            }
            try {
                // First of all: a descendant could still read the request that is to go to another worker.
                killDescendants(ended);
                if (stdout != null && stderr != null) {
                    stdout.awaitEnd();
                    stderr.awaitEnd();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                memoryWatch.over(ended);
                int code = ended.process().exitValue();
                listener.exited(new Exit(code, code == Exit.KILLED ? outOfMemory(ended) : ""));
                if (stdout != null) {
                    stdout.close();
                }
            }
        }

        /** The kernel may have been faster than the adapter. */
        private String outOfMemory(ChildProcess killed) {
            return group.attributeKill(killsBefore) ? Exit.LIMIT_REACHED : killed.outOfMemory();
        }

        private void killDescendants(ChildProcess ended) {
            if (ownSession) {
                Signals.send(ended, "KILL");
            }
            killMarked();
        }

        /** Nobody will notice the end of this child. */
        void abandon() {
            closePipe();
            ChildProcess abandoned = child;
            if (abandoned != null) {
                memoryWatch.over(abandoned);
                abandoned.process().destroyForcibly();
            }
            killMarked();
        }

        /** Kills all that has this child's mark. */
        void killMarked() {
            Signals.killMarked(spec.name(), MARK + "=" + mark);
        }
    }

    /**
     * Makes the kernel kill this process, which can be restarted, rather than the adapter when memory runs out; what it
     * starts from now on inherits the score. Raising a score needs no privilege.
     */
    private static void raiseOomScore(long pid) {
        try {
            Path ours = Path.of("/proc/self/oom_score_adj");
            int score = Math.min(
                    OOM_SCORE_MAX, Integer.parseInt(Files.readString(ours).trim()) + OOM_SCORE_RAISE);
            Files.writeString(Path.of("/proc", Long.toString(pid), "oom_score_adj"), "" + score);
        } catch (IOException | NumberFormatException e) {
            LOG.debug("process {} keeps the adapter's own oom_score_adj", pid, e);
        }
    }
}
