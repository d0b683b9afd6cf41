package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.loop.VertxEventLoop;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.Exit;
import io.merlinadapter.os.LoopSink;
import io.merlinadapter.os.ProcessStarter;
import io.merlinadapter.os.ProgramMemory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A loop, and one real child at the other end of a channel. */
final class Ends implements AutoCloseable, ChildStarter.Listener, PendingChannel.Listener {
    static final Duration PATIENCE = CoreHarness.PATIENCE;
    private static final ChildStarter STARTER = new ProcessStarter(System.getenv("PATH"), ProgramMemory.ANY);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    final VertxEventLoop loop = VertxEventLoop.of(vertx);
    final LoopFed replies = new LoopFed(this);
    final Sink log = new Sink();
    final CompletableFuture<Child> child = new CompletableFuture<>();
    final CompletableFuture<Channel> channel = new CompletableFuture<>();
    final CompletableFuture<Exit> exit = new CompletableFuture<>();
    final AtomicInteger rooms = new AtomicInteger();
    final AtomicInteger breaks = new AtomicInteger();
    final AtomicInteger written = new AtomicInteger();
    final Transport maker;
    private Path gate;
    private PendingChannel pending;

    Ends(Function<EventLoop, Transport> maker) {
        this.maker = maker.apply(loop);
    }

    /** Keeps what comes. */
    static class Sink implements ByteSink {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final AtomicInteger ends = new AtomicInteger();

        @Override
        public void bytes(byte[] buffer, int length) {
            // This stream is its own lock.
            all.write(buffer, 0, length);
        }

        @Override
        public void end() {
            ends.incrementAndGet();
        }

        int size() {
            return all.size();
        }

        String text() {
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    /** As the other, but the loop may feed it with whole lines, as far as they are short. */
    static final class LoopFed extends Sink implements LoopSink {
        private static final int SHORT = 100;

        private final Ends rig;
        private volatile boolean whole = true;
        /** Bytes that came on the loop, and bytes that came on a thread. */
        final AtomicInteger onLoop = new AtomicInteger();

        final AtomicInteger onThread = new AtomicInteger();
        /** Before the thread takes what it was given. */
        volatile Runnable hold = () -> {};

        volatile boolean mayWatch = true;

        LoopFed(Ends rig) {
            this.rig = rig;
        }

        @Override
        public EventLoop loop() {
            return mayWatch ? rig.loop : blind(rig.loop);
        }

        /** A loop that reads no pipe. */
        private static EventLoop blind(EventLoop loop) {
            return (EventLoop) Proxy.newProxyInstance(
                    EventLoop.class.getClassLoader(),
                    new Class<?>[] {EventLoop.class},
                    (proxy, method, arguments) ->
                            method.getName().equals("canWatch") ? false : method.invoke(loop, arguments));
        }

        @Override
        public int takeAtOnce(byte[] buffer, int length) {
            rig.loop.check();
            int end = length;
            while (end > 0 && buffer[end - 1] != '\n') {
                end--;
            }
            if (!whole || length > SHORT || end == 0) {
                return 0;
            }
            super.bytes(buffer, end);
            onLoop.addAndGet(end);
            return end;
        }

        @Override
        public boolean isWhole() {
            return whole;
        }

        @Override
        public void bytes(byte[] buffer, int length) {
            assertThat(rig.loop.isHere()).isFalse();
            hold.run();
            super.bytes(buffer, length);
            onThread.addAndGet(length);
            whole = buffer[length - 1] == '\n';
        }

        @Override
        public void end() {
            assertThat(rig.loop.isHere()).isFalse();
            super.end();
        }
    }

    /** Starts a Python program, which finds the file that {@link #openGate()} makes in {@code gate}. */
    Ends start(String program) throws IOException {
        gate = Files.createTempDirectory("gate-").resolve("open");
        pending = maker.prepare(7);
        Map<String, String> environment = new HashMap<>(pending.environment());
        environment.put("GATE", gate.toString());
        ChildStarter.Spec spec = new ChildStarter.Spec(
                List.of("python3", "-u", "-c", program), environment, "worker-7", pending.stdout(replies, log), log);
        STARTER.start(() -> spec, this);
        return this;
    }

    PendingChannel pending() {
        return pending;
    }

    void openGate() throws IOException {
        Files.createFile(gate);
    }

    @Override
    public void started(Child started) {
        child.complete(started);
        pending.open(started, replies, this);
    }

    @Override
    public void failed(IOException cause) {
        child.completeExceptionally(cause);
    }

    @Override
    public void exited(Exit how) {
        try {
            pending.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pending.close();
        exit.complete(how);
    }

    @Override
    public void opened(Channel opened) {
        channel.complete(opened);
    }

    @Override
    public void room() {
        rooms.incrementAndGet();
    }

    @Override
    public void broken() {
        breaks.incrementAndGet();
    }

    Channel channel() {
        return get(channel);
    }

    /** A line that counts when it is written. */
    Line line(String text) {
        return new Line(written::incrementAndGet, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends lines in one turn of the loop, and waits until that turn is over. */
    List<Line> send(String... texts) {
        List<Line> lines = List.of(texts).stream().map(this::line).toList();
        onLoop(() -> {
            for (Line line : lines) {
                assertThat(channel().write(line)).isTrue();
            }
            return null;
        });
        turn();
        return lines;
    }

    /** Waits until the loop has done what it has to do by now. */
    void turn() {
        onLoop(() -> null);
    }

    <T> T onLoop(Callable<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.later(() -> {
            try {
                done.complete(task.call());
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        return get(done);
    }

    /** Runs in a turn of the loop as what a caller has sent does: outside of the tasks that the loop catches up with. */
    void vertxTurn(Runnable task) {
        loop.context().runOnContext(v -> task.run());
        turn();
    }

    boolean isUnbegun(Line line) {
        return onLoop(() -> channel().isUnbegun(line));
    }

    boolean isUntouched(Line line) {
        return onLoop(() -> channel().isUntouched(line));
    }

    void kill() {
        STARTER.signal(get(child), "KILL");
        get(exit);
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("when it should be so at last").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    void untilReplied(String text) {
        until(() -> replies.text().contains(text));
    }

    @Override
    public void close() {
        if (child.isDone() && !exit.isDone()) {
            kill();
        }
        if (pending != null) {
            pending.close();
        }
        maker.close();
        get(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
