package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.scripted.ManualEventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop reads what waits for nothing, a thread the rest: one at a time, in order, to the end. */
class LoopPumpTest {
    private final ManualEventLoop loop = new ManualEventLoop();
    /** What the thread is to do. */
    private final Deque<Runnable> lent = new ArrayDeque<>();

    private final List<String> heard = new ArrayList<>();
    private boolean fails;
    private boolean isWhole = true;
    private Pipe pipe;
    private LoopPump pump;

    /** Takes up to the first {@code !} at once. */
    private final LoopSink sink = new LoopSink() {
        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public int takeAtOnce(byte[] buffer, int length) {
            String text = new String(buffer, 0, length, StandardCharsets.UTF_8);
            int end = text.indexOf('!') < 0 ? length : text.indexOf('!');
            if (end > 0) {
                hear("loop " + text.substring(0, end));
            }
            return end;
        }

        @Override
        public boolean isWhole() {
            return isWhole;
        }

        @Override
        public void bytes(byte[] buffer, int length) {
            hear("thread " + new String(buffer, 0, length, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            heard.add("end");
        }

        private void hear(String what) {
            heard.add(what);
            if (fails) {
                throw new IllegalStateException("a fault of ours");
            }
        }
    };

    @BeforeEach
    void begin() throws IOException {
        pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pump = new LoopPump(pipe.source(), sink);
        pump.start(lent::add);
        loop.turn();
    }

    @AfterEach
    void close() throws IOException {
        pipe.sink().close();
        pipe.source().close();
    }

    private void write(String text) throws IOException {
        pipe.sink().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Has the thread do what it was lent. */
    private void serve() {
        lent.remove().run();
    }

    @Test
    void whatWaitsForNothingIsReadOnTheLoopAlone() throws IOException {
        write("a");
        loop.turn();
        write("b");
        loop.turn();
        assertThat(heard).containsExactly("loop a", "loop b");
        assertThat(lent).isEmpty();
    }

    @Test
    void theRestIsLentAndTheLoopReadsNothingUntilItIsGivenBack() throws IOException {
        write("a!b");
        loop.turn();
        write("c");
        loop.turn();
        assertThat(heard).containsExactly("loop a");
        serve();
        write("d");
        assertThat(heard).containsExactly("loop a", "thread !b", "thread c");
        loop.turn();
        assertThat(heard).containsExactly("loop a", "thread !b", "thread c", "loop d");
        assertThat(lent).isEmpty();
    }

    @Test
    void theRestOfWhatHasBegunIsTheThreadsToo() throws Exception {
        isWhole = false;
        write("!a");
        loop.turn();
        Thread late = new Thread(() -> {
            try {
                write("b");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        late.start();
        serve();
        late.join();
        loop.turn();
        // In time, or else on the loop: no byte is lost.
        assertThat(String.join("", heard).replaceAll("thread |loop ", "")).isEqualTo("!ab");
    }

    @Test
    void theEndComesOnceBehindAllElseAndOnTheThread() throws IOException {
        write("a!b");
        pipe.sink().close();
        loop.turn();
        assertThat(heard).containsExactly("loop a");
        serve();
        loop.turn();
        assertThat(heard).containsExactly("loop a", "thread !b", "end");
        assertThat(pipe.source().isOpen()).isFalse();
        pump.close();
        loop.turn();
        assertThat(lent).isEmpty();
    }

    @Test
    void anEndThatTheLoopSeesIsHandledByTheThread() throws IOException {
        pipe.sink().close();
        loop.turn();
        assertThat(heard).isEmpty();
        serve();
        assertThat(heard).containsExactly("end");
    }

    @Test
    void aPumpThatIsClosedEndsAlthoughItsPipeIsHeldOpen() {
        pump.close();
        loop.turn();
        serve();
        loop.turn();
        assertThat(heard).containsExactly("end");
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void aPumpThatIsClosedWhileItIsLentHandsOverWhatItHasFirst() throws IOException {
        write("!a");
        loop.turn();
        pump.close();
        loop.turn();
        serve();
        loop.turn();
        assertThat(heard).containsExactly("thread !a", "end");
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void aPumpThatIsClosedWhileItIsGivenBackEnds() throws IOException {
        write("!a");
        loop.turn();
        serve();
        pump.close();
        loop.turn();
        serve();
        loop.turn();
        assertThat(heard).containsExactly("thread !a", "end");
    }

    @Test
    void aSinkThatFailsStopsNoReading() throws IOException {
        fails = true;
        write("a");
        loop.turn();
        write("!b");
        loop.turn();
        serve();
        loop.turn();
        write("c");
        loop.turn();
        assertThat(heard).containsExactly("loop a", "thread !b", "loop c");
    }

    @Test
    void whatFindsNoThreadIsKeptAndLentAgain() throws IOException {
        Deque<Runnable> had = new ArrayDeque<>();
        Pipe other = Pipe.open();
        other.source().configureBlocking(false);
        boolean[] none = {true};
        new LoopPump(other.source(), sink).start(task -> {
            if (none[0]) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            had.add(task);
        });
        other.sink().write(ByteBuffer.wrap(new byte[] {'!'}));
        assertThatThrownBy(loop::turn).isInstanceOf(OutOfMemoryError.class);
        none[0] = false;
        loop.advance(Duration.ofSeconds(1));
        had.remove().run();
        assertThat(heard).containsExactly("thread !");
        other.sink().close();
        other.source().close();
    }
}
