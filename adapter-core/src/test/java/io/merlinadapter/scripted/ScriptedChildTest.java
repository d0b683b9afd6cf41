package io.merlinadapter.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.Exit;
import io.merlinadapter.transport.Channel;
import io.merlinadapter.transport.Line;
import io.merlinadapter.transport.PendingChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The stand-ins behave as what they stand in for. */
class ScriptedChildTest {
    private final ManualEventLoop loop = new ManualEventLoop();
    private final ScriptedChildren children = new ScriptedChildren(loop);
    private final List<String> events = new ArrayList<>();
    private Channel channel;

    /** Notes what comes in {@link #events}. */
    private final class Sink implements ByteSink {
        private final String name;

        Sink(String name) {
            this.name = name;
        }

        @Override
        public void bytes(byte[] buffer, int length) {
            events.add(name + " " + new String(buffer, 0, length, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            events.add(name + " ends");
        }
    }

    private final class Start implements ChildStarter.Listener, PendingChannel.Listener {
        private final PendingChannel pending;

        Start() throws IOException {
            this.pending = children.transport().prepare(0);
        }

        @Override
        public void started(Child child) {
            events.add("started");
            pending.open(child, new Sink("stdout"), this);
        }

        @Override
        public void failed(IOException cause) {
            events.add("failed " + cause.getMessage());
        }

        @Override
        public void exited(Exit exit) {
            events.add("exited " + exit.code());
        }

        @Override
        public void opened(Channel opened) {
            events.add("opened");
            channel = opened;
        }

        @Override
        public void room() {
            events.add("room");
        }

        @Override
        public void broken() {
            events.add("broken");
        }
    }

    private ScriptedChild start() throws IOException {
        Start start = new Start();
        ChildStarter.Spec spec =
                new ChildStarter.Spec(List.of("model"), Map.of(), "worker-0", new Sink("stdout"), new Sink("stderr"));
        children.start(() -> spec, start);
        assertThat(events).isEmpty();
        loop.turn();
        return children.all().isEmpty() ? null : children.last();
    }

    private Line send(String text) {
        Line line = new Line(() -> {}, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(channel.write(line)).isTrue();
        loop.turn();
        return line;
    }

    @Test
    void aChildReadsLinesAndAnswersThem() throws IOException {
        ScriptedChild child = start();
        child.onLine(line -> child.write("<" + line + ">"));
        send("a");
        send("x".repeat(200_000));
        assertThat(child.received()).containsExactly("a", "x".repeat(200_000));
        assertThat(events)
                .containsExactly("started", "opened", "stdout <a>\n", "room", "stdout <" + "x".repeat(200_000) + ">\n");
    }

    @Test
    void whatAChildHasNotReadIsKnownAndCanBeTakenBack() throws IOException {
        ScriptedChild child = start();
        child.stopReading();
        Line offered = send("offered");
        assertThat(child.unread()).isEqualTo(8);
        assertThat(channel.isUnbegun(offered)).isFalse();
        assertThat(channel.isUntouched(offered)).isTrue();
        child.read(1);
        assertThat(channel.isUntouched(offered)).isFalse();
        Line waits = send("x".repeat(100_000));
        Line behind = send("behind");
        assertThat(channel.isCongested()).isTrue();
        assertThat(channel.isUnbegun(waits)).isFalse();
        assertThat(channel.withdraw(behind)).isTrue();
        child.resumeReading();
        loop.turn();
        assertThat(child.received()).containsExactly("offered", "x".repeat(100_000));
        assertThat(events).last().isEqualTo("room");
    }

    @Test
    void aChildEndsAfterAllThatItWrote() throws IOException {
        ScriptedChild child = start();
        child.write("last");
        child.writeToStderr("words");
        child.exit(3);
        assertThat(child.hasEnded()).isTrue();
        loop.turn();
        assertThat(events)
                .containsExactly(
                        "started",
                        "opened",
                        "stdout last\n",
                        "stderr words\n",
                        "stdout ends",
                        "stderr ends",
                        "exited 3");
        send("late");
        assertThat(events).last().isEqualTo("broken");
    }

    @Test
    void aChildObeysSignalsUnlessItIgnoresThem() throws IOException {
        ScriptedChild child = start();
        child.ignore("TERM");
        children.signal(child, "TERM");
        loop.turn();
        assertThat(child.hasEnded()).isFalse();
        children.signal(child, "KILL");
        loop.turn();
        assertThat(child.signals()).containsExactly("TERM", "KILL");
        assertThat(events).last().isEqualTo("exited 137");
    }

    @Test
    void itsInputIsClosedWhenWhatHasBegunIsWritten() throws IOException {
        ScriptedChild child = start();
        child.stopReading();
        send("x".repeat(100_000));
        channel.close();
        loop.turn();
        assertThat(child.isInputClosed()).isFalse();
        child.resumeReading();
        loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        assertThat(child.received()).hasSize(1);
    }

    @Test
    void aStartThatFailsAndAChannelThatIsHeld() throws IOException {
        children.failStarts("no such file");
        assertThat(start()).isNull();
        assertThat(events).containsExactly("failed no such file");
        events.clear();
        children.failStarts(null);
        children.holdChannels();
        ScriptedChild child = start();
        assertThat(events).containsExactly("started");
        child.openChannel();
        loop.turn();
        assertThat(events).containsExactly("started", "opened");
    }

    @Test
    void timeIsTurnedByHand() {
        loop.after(Duration.ofSeconds(2), () -> events.add("second"));
        loop.after(Duration.ofSeconds(1), () -> {
            events.add("first");
            loop.later(() -> events.add("posted"));
            loop.after(Duration.ofMillis(500), () -> events.add("between"));
        });
        loop.after(Duration.ofSeconds(3), () -> events.add("stopped")).stop();
        loop.offLoop(() -> "result").onSuccess(events::add);
        loop.advance(Duration.ofMillis(999));
        assertThat(events).containsExactly("result");
        loop.advance(Duration.ofSeconds(9));
        assertThat(events).containsExactly("result", "first", "posted", "between", "second");
        assertThat(loop.timers()).isZero();
    }
}
