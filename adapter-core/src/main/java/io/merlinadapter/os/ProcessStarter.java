package io.merlinadapter.os;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.MessageLoggers;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.stop.NopProcessStopper;

/**
 * Starts children, all from one thread that lives as long as the adapter: the kernel's "die with your parent" is tied to
 * the thread that started the child, not to its process.
 */
public final class ProcessStarter implements ChildStarter {
    private static final Logger log = LoggerFactory.getLogger(ProcessStarter.class);

    /** In the environment of a child and of all that it starts, with a value that no other child has. */
    public static final String MARK = "ADAPTER_CHILD";

    private final Isolation isolation;
    private final ControlGroup group = ControlGroup.ofThisProcess();
    private final MemoryKills memoryKills = new MemoryKills(group);
    private final ExecutorService thread;

    /**
     * @param searchPath the value of PATH, to find the tools that isolate a child
     */
    public ProcessStarter(String searchPath) {
        this.isolation = Isolation.detect(searchPath);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread starter = new Thread(task, "child-starter");
            starter.setDaemon(true);
            return starter;
        });
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
            } catch (RuntimeException e) {
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
        return group.room().orElse(Long.MAX_VALUE) > bytes;
    }

    private void run(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // What got out would end the thread, and with it every child.
                log.error("a task of the starter failed; please report this", e);
            }
        });
    }

    private void startHere(Spec spec, Listener listener) {
        String mark = UUID.randomUUID().toString();
        Map<String, @Nullable String> environment = new HashMap<>(spec.environment());
        environment.put(MARK, mark);
        RawStreams raw = new RawStreams(spec, listener, aftermath(spec.name(), mark));
        try {
            new ProcessExecutor(isolation.wrap(spec.command()))
                    .environment(environment)
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
        } catch (RuntimeException | Error e) {
            // Where the system gives no more threads, the process may run all the same, with nobody to notice its end.
            log.error("{}: the adapter failed to start it", spec.name(), e);
            Descendants.kill(spec.name(), MARK + "=" + mark);
            listener.failed(new IOException("the adapter failed: " + e, e));
        }
    }

    private RawStreams.Aftermath aftermath(String name, String mark) {
        long killsBefore = memoryKills.count();
        return new RawStreams.Aftermath() {
            @Override
            public ChildProcess begun(Process process) {
                OomScore.raise(process.pid());
                return new ChildProcess(process, isolation.ownSession());
            }

            @Override
            public void clear(ChildProcess child) {
                if (isolation.ownSession()) {
                    Signals.send(child, "KILL");
                }
                Descendants.kill(name, MARK + "=" + mark);
            }

            @Override
            public Exit over(ChildProcess child) {
                int code = child.process().exitValue();
                return new Exit(code, code == Exit.KILLED && memoryKills.another(killsBefore));
            }
        };
    }

    @Override
    public void signal(Child child, String signal) {
        run(() -> Signals.send((ChildProcess) child, signal));
    }
}
