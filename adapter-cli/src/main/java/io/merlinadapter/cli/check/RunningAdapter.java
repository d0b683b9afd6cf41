package io.merlinadapter.cli.check;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.run.AdapterRun;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.run.RunningProgram;
import io.merlinadapter.worker.Ability;
import io.merlinadapter.worker.Renewed;
import io.merlinadapter.worker.WorkerPool;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The adapter that is checked, on a thread of its own, in the very way it runs when it serves. When it ends without having
 * been asked to, the thread that made it is interrupted: whatever that waits for will not come.
 */
final class RunningAdapter {
    private static final int TO_LOOK_SECONDS = 2;

    private final AdapterRun run;
    private final CompletableFuture<Map<Option<?>, Integer>> open = new CompletableFuture<>();
    private final CompletableFuture<RunningProgram> program = new CompletableFuture<>();
    private final CompletableFuture<ExitCode> over = new CompletableFuture<>();
    private volatile boolean asked;

    private RunningAdapter(AdapterRun run) {
        this.run = run;
    }

    static RunningAdapter start(Config config, Map<String, @Nullable String> childEnvironment, String searchPath) {
        AdapterRun run = new AdapterRun(config, childEnvironment, searchPath);
        RunningAdapter adapter = new RunningAdapter(run);
        run.onOpen(adapter.open::complete);
        run.onProgram(adapter.program::complete);
        Thread checking = Thread.currentThread();
        Thread thread = new Thread(() -> adapter.serve(checking), "adapter");
        thread.setDaemon(true);
        thread.start();
        return adapter;
    }

    private void serve(Thread checking) {
        ExitCode code = ExitCode.FAILED;
        try {
            code = run.run();
        } finally {
            over.complete(code);
            if (!asked) {
                checking.interrupt();
            }
        }
    }

    /** The numbers of the ports, by their options; null if they are not open by then. */
    @Nullable
    Map<Option<?>, Integer> ports(long millis) throws InterruptedException {
        try {
            return open.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            return null;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Puts a new copy in the place of each that runs; true if they all serve by then. */
    boolean renew(String why, long millis) throws InterruptedException {
        try {
            return program.get(millis, TimeUnit.MILLISECONDS)
                            .renew(why)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(millis, TimeUnit.MILLISECONDS)
                            .outcome()
                    == Renewed.Outcome.DONE;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Requests that a worker takes at a time. */
    int capacity() throws InterruptedException {
        Ability ability = ability();
        return ability == null ? 1 : ability.lines() * ability.most();
    }

    /** What the program takes; null if no copy of it is ready. */
    @Nullable
    Ability ability() throws InterruptedException {
        try {
            return program
                    .get(TO_LOOK_SECONDS, TimeUnit.SECONDS)
                    .look()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(TO_LOOK_SECONDS, TimeUnit.SECONDS)
                    .workers()
                    .stream()
                    .filter(worker -> worker.state().equals("ready"))
                    .findFirst()
                    .map(WorkerPool.View::ability)
                    .orElse(null);
        } catch (TimeoutException notYet) {
            return null;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How it ended by itself; null if it has not. */
    @Nullable
    ExitCode ended() {
        return over.getNow(null);
    }

    /** True once it ends without having been asked to here: what it says meanwhile is nothing to judge the program by. */
    boolean isEnding() {
        return !asked && run.isEnding();
    }

    /** Asks it to stop, as SIGTERM does. */
    void stop() {
        asked = true;
        run.stop();
    }

    /** True once it has stopped, if that is within so many milliseconds. */
    boolean hasStopped(long millis) throws InterruptedException {
        try {
            over.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
