package io.merlinadapter.cli;

import io.merlinadapter.http.HttpFront;
import io.merlinadapter.process.Programs;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the adapter from its first worker to its exit code: the program first, the port when it is ready, and the
 * way back when a signal asks for it. Stands on the main thread, which waits.
 */
final class AdapterRun {
    private static final Logger log = LoggerFactory.getLogger(AdapterRun.class);

    /** Two steps of ending a child, and a little. */
    private static final Duration TO_END_CHILDREN = Duration.ofSeconds(6);

    private final Settings settings;
    private final Resolved resolved;
    private final String searchPath;
    private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
    private volatile @Nullable HttpFront front;

    AdapterRun(Resolved resolved, String searchPath) {
        this.settings = resolved.settings();
        this.resolved = resolved;
        this.searchPath = searchPath;
    }

    /** Serves until a signal comes or something fails for good. */
    ExitCode run() {
        String program = settings.program().command().get(0);
        if (Programs.find(program, searchPath).isEmpty()) {
            log.error("the program {}", ProgramFault.describe(program, searchPath, Path.of("")));
            return ExitCode.PROGRAM;
        }
        StopSignals signals = StopSignals.await(name -> {
            log.info("{}: stopping", name);
            end.complete(ExitCode.OK);
        });
        sayWhatReadyMeans();
        Adapter adapter = new Adapter(resolved, searchPath);
        adapter.gaveUp().onSuccess(why -> {
            log.error("giving up: {}; its last words are above", why.reason());
            end.complete(ExitCode.PROGRAM);
        });
        adapter.startWorkers().compose(ready -> adapter.openPort()).onComplete(this::opened);
        ExitCode code = end.join();
        stop(adapter, signals);
        log.info("stopped, exit code {}", code.code());
        return code;
    }

    private void sayWhatReadyMeans() {
        if (settings.life().warmup() == null) {
            log.info(
                    "no --warmup: ready only means that the program is alive after {} ms; give a sample request"
                            + " (--warmup=@request.json) to check that it answers",
                    settings.life().settle().toMillis());
        }
    }

    private void opened(@Nullable HttpFront opened, @Nullable Throwable failure) {
        if (opened == null) {
            log.error("{}", PortFault.describe(settings.serving(), failure));
            end.complete(ExitCode.PORT);
            return;
        }
        front = opened;
        log.info(
                "serving HTTP_JSON on port {}: POST /v1/models/{}:predict; try: {}",
                opened.port(),
                settings.model().fullName(),
                FirstCall.command(
                        settings.serving().host(),
                        opened.port(),
                        settings.model().fullName()));
    }

    /** Finish what was accepted, then end the program. */
    private void stop(Adapter adapter, StopSignals signals) {
        adapter.announceStop();
        HttpFront open = front;
        if (open != null) {
            Duration drain = settings.life().drainTimeout();
            Future<Void> drained =
                    Future.any(open.stop(drain), signals.second()).mapEmpty();
            await(drained, drain.plusSeconds(1), "open requests");
        }
        await(adapter.stopWorkers(signals.second()), TO_END_CHILDREN, "the program");
    }

    private static void await(Future<Void> done, Duration atMost, String what) {
        try {
            done.toCompletionStage().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("{} did not end within {} ms", what, atMost.toMillis());
        } catch (ExecutionException e) {
            log.warn("stopping {} failed", what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
