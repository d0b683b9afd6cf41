package io.merlinadapter.worker;

import io.merlinadapter.channel.StdioChannel;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.ChildSpec;
import io.merlinadapter.process.ChildStarter;
import io.merlinadapter.process.Exit;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes workers and starts their children. For the loop. */
final class Launcher {
    private static final Logger log = LoggerFactory.getLogger(Launcher.class);

    private final WorkerSettings settings;
    private final PoolParts parts;
    private final WorkerOwner owner;

    Launcher(WorkerSettings settings, PoolParts parts, WorkerOwner owner) {
        this.settings = settings;
        this.parts = parts;
        this.owner = owner;
    }

    /**
     * Makes a worker and has its child started.
     *
     * @param proven whether this program has answered before
     */
    Worker launch(int number, boolean proven) {
        parts.metrics().workerStartTried(number);
        Worker worker = new Worker(number, settings, parts, owner, proven);
        Map<String, @Nullable String> environment = new HashMap<>(settings.environment());
        environment.put("ADAPTER_WORKER", Integer.toString(number));
        ChildSpec child = new ChildSpec(settings.command(), environment, "worker-" + number);
        parts.starter().start(child, worker.signs().streams(), listener(worker));
        return worker;
    }

    /** Everything about the child is dealt with on the loop, in the order in which it happened. */
    private ChildStarter.Listener listener(Worker worker) {
        Loop loop = parts.loop();
        return new ChildStarter.Listener() {
            @Override
            public void started(Child child) {
                log.info("{}: started as process {}", worker, child.pid());
                StdioChannel channel = StdioChannel.to(child, "worker-" + worker.number());
                loop.later(() -> worker.started(child, channel));
            }

            @Override
            public void failed(IOException cause) {
                loop.later(() ->
                        worker.end(DeathReason.STARTUP, "the program could not be started: " + cause.getMessage()));
            }

            @Override
            public void exited(Exit exit) {
                loop.later(() -> worker.exited(exit));
            }
        };
    }
}
