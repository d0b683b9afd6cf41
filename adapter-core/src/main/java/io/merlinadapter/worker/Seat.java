package io.merlinadapter.worker;

import io.merlinadapter.channel.StdioChannel;
import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.merlinadapter.process.Child;
import io.merlinadapter.process.ChildLog;
import io.merlinadapter.process.ChildSpec;
import io.merlinadapter.process.ChildStarter;
import io.merlinadapter.process.ChildStreams;
import io.merlinadapter.process.Exit;
import io.merlinadapter.process.LogSink;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of one worker after another, all with the same number. For the loop. */
final class Seat {
    private static final Logger log = LoggerFactory.getLogger(Seat.class);

    private final int number;
    private final WorkerSettings settings;
    private final PoolParts parts;
    private final WorkerOwner owner;
    private @Nullable Worker worker;
    private Loop.@Nullable Timer nextStart;

    Seat(int number, WorkerSettings settings, PoolParts parts, WorkerOwner owner) {
        this.number = number;
        this.settings = settings;
        this.parts = parts;
        this.owner = owner;
    }

    @Nullable
    Worker worker() {
        return worker;
    }

    void startAfter(Duration wait, boolean proven) {
        nextStart = parts.loop().after(wait, () -> start(proven));
    }

    /** No further start. */
    void close() {
        if (nextStart != null) {
            nextStart.stop();
        }
    }

    void start(boolean proven) {
        parts.metrics().workerStartTried(number);
        Worker starting = new Worker(number, settings, parts, owner, proven);
        worker = starting;
        starting.born();
        ChildLog words = new ChildLog(number, parts.metrics(), parts.loop()::now);
        ReplyReader replies = new ReplyReader(parts, settings.maxReply(), words, inbox(starting));
        LogSink stderr = new LogSink(words, ChildLog.STDERR);
        Map<String, @Nullable String> environment = new HashMap<>(settings.environment());
        environment.put("ADAPTER_WORKER", Integer.toString(number));
        parts.starter()
                .start(
                        new ChildSpec(settings.command(), environment, "worker-" + number),
                        new ChildStreams(replies, stderr),
                        listener(starting, child -> new LifeSigns(child, replies, stderr, words)));
    }

    private static ReplyReader.Inbox inbox(Worker worker) {
        return new ReplyReader.Inbox() {
            @Override
            public void answers(List<Answer> batch, long readAt) {
                worker.answers(batch, readAt);
            }

            @Override
            public void ended() {
                worker.silent();
            }
        };
    }

    /** Everything about the child is dealt with on the loop, in the order in which it happened. */
    private ChildStarter.Listener listener(Worker worker, Function<Child, LifeSigns> signs) {
        Loop loop = parts.loop();
        return new ChildStarter.Listener() {
            @Override
            public void started(Child child) {
                log.info("{}: started as process {}", worker, child.pid());
                StdioChannel channel = StdioChannel.to(child, "worker-" + worker.number());
                loop.later(() -> worker.started(channel, signs.apply(child)));
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
