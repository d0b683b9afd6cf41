package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A stream of a child is read to its end, whatever comes. */
class PumpTest {
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();

    private ByteSink sink(boolean fails) {
        return new ByteSink() {
            @Override
            public void bytes(byte[] buffer, int length) {
                bytes.addAndGet(length);
                if (fails) {
                    throw new IllegalStateException("a fault of ours");
                }
            }

            @Override
            public void end() {
                ends.incrementAndGet();
            }
        };
    }

    @Test
    void everythingIsHandedOverAndThenTheEnd() throws InterruptedException {
        Pump pump = new Pump(new ByteArrayInputStream(new byte[1_000_000]), sink(false));
        pump.run();
        assertThat(bytes).hasValue(1_000_000);
        assertThat(ends).hasValue(1);
        pump.awaitEnd();
    }

    @Test
    void aSinkThatFailsStopsNoReading() {
        new Pump(new ByteArrayInputStream(new byte[1_000_000]), sink(true)).run();
        assertThat(bytes).hasValue(1_000_000);
        assertThat(ends).hasValue(1);
    }

    @Test
    void aStreamThatBreaksEnds() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        new Pump(broken, sink(false)).run();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPumpWhoseThreadGetsItsTurnLateIsWaitedFor() throws InterruptedException {
        Pump pump = new Pump(new ByteArrayInputStream(new byte[10]), sink(false));
        CompletableFuture.delayedExecutor(150, TimeUnit.MILLISECONDS).execute(pump);
        pump.awaitEnd();
        assertThat(bytes).hasValue(10);
        assertThat(ends).hasValue(1);
    }

    @Test
    void aStreamThatIsHeldOpenIsNotWaitedForOnceItIsQuiet() throws Exception {
        try (PipedOutputStream held = new PipedOutputStream();
                PipedInputStream stream = new PipedInputStream(held)) {
            Pump pump = new Pump(stream, sink(false));
            pump.start("pump-test");
            held.write(new byte[10]);
            held.flush();
            pump.awaitEnd();
            assertThat(ends).hasValue(0);
        }
    }
}
