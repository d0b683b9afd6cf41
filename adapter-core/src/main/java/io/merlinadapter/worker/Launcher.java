package io.merlinadapter.worker;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.Exit;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.PendingChannel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes workers and starts their children. For the loop. */
final class Launcher {
    private static final Logger log = LoggerFactory.getLogger(Launcher.class);

    private final WorkerSettings settings;
    private final PoolResources parts;
    private final WorkerOwner owner;

    Launcher(WorkerSettings settings, PoolResources parts, WorkerOwner owner) {
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
        Start start = new Start(worker, environment);
        parts.starter().start(start, start);
        return worker;
    }

    /**
     * One start. Everything about the child is dealt with on the loop, in the order in which it happened; here, the starter's
     * threads.
     */
    private final class Start implements ChildStarter.Preparation, ChildStarter.Listener, PendingChannel.Listener {
        private final Worker worker;
        private final Map<String, @Nullable String> environment;
        private volatile @Nullable PendingChannel pending;

        Start(Worker worker, Map<String, @Nullable String> environment) {
            this.worker = worker;
            this.environment = environment;
        }

        @Override
        public ChildStarter.Spec prepare() throws IOException {
            PendingChannel made = parts.channels().prepare(worker.number());
            pending = made;
            environment.putAll(made.environment());
            return new ChildStarter.Spec(
                    settings.command(),
                    environment,
                    "worker-" + worker.number(),
                    worker.signs().stdout(made),
                    worker.signs().stderr());
        }

        @Override
        public void started(Child child) {
            log.info("{}: started as process {}", worker, child.pid());
            PendingChannel made = Objects.requireNonNull(pending);
            parts.loop().later(() -> worker.runs(child, made));
            made.open(child, worker.signs().replies(), this);
        }

        @Override
        public void opened(Channel channel) {
            parts.loop().later(() -> worker.connected(channel));
        }

        @Override
        public void room() {
            parts.loop().later(worker::mayHaveRoom);
        }

        @Override
        public void broken() {
            parts.loop().later(worker::hearsNothing);
        }

        @Override
        public void failed(IOException cause) {
            letGo();
            parts.loop()
                    .later(() ->
                            worker.end(DeathReason.STARTUP, "the program could not be started: " + cause.getMessage()));
        }

        @Override
        public void exited(Exit exit) {
            try {
                Objects.requireNonNull(pending).awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            letGo();
            parts.loop().later(() -> worker.exited(exit));
        }

        private void letGo() {
            PendingChannel made = pending;
            if (made != null) {
                made.close();
            }
        }
    }
}
