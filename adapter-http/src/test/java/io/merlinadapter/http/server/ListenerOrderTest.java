package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.TestFront;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Front#shut}, {@link Front#reopen} and {@link Front#stop} in any order, from any thread. */
class ListenerOrderTest {
    private TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.close();
    }

    @Test
    void shuttingAndReopeningTwiceIsTheSameAsOnce() {
        TestFront.await(front.front.reopen());
        assertThat(ListenerTest.refuses(front.port())).isFalse();
        TestFront.await(front.front.shut());
        TestFront.await(front.front.shut());
        assertThat(ListenerTest.refuses(front.port())).isTrue();
        TestFront.await(front.front.reopen());
        TestFront.await(front.front.reopen());
        assertThat(ListenerTest.refuses(front.port())).isFalse();
    }

    @Test
    void inQuickSuccessionTheLastCallWins() {
        for (int i = 0; i < 50; i++) {
            front.front.reopen();
            Future<Void> shut = front.front.shut();
            TestFront.await(shut);
            assertThat(ListenerTest.refuses(front.port())).isTrue();
            front.front.shut();
            Future<Void> reopened = front.front.reopen();
            TestFront.await(reopened);
            assertThat(ListenerTest.refuses(front.port())).isFalse();
        }
    }

    @Test
    void callsFromManyThreadsAreCarriedOutOneAfterTheOther() throws Exception {
        List<Future<Void>> calls = callFromManyThreads();
        calls.add(front.front.reopen());
        calls.forEach(TestFront::await);

        assertThat(front.post(TestFront.PREDICT, "{}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stoppingIsFinalWhateverIsUnderWay(int loops) throws Exception {
        if (loops > 1) {
            front.close();
            front = TestFront.onLoops(loops);
        }
        List<Future<Void>> calls = callFromManyThreads();
        Future<Void> stopped = front.front.stop(Duration.ofSeconds(15));
        Future<Void> late = front.front.reopen();
        TestFront.await(stopped);

        TestFront.await(Future.join(calls).otherwiseEmpty());
        assertThatThrownBy(() -> TestFront.await(late))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("port " + front.port())
                .hasMessageContaining("closed for good");
        TestFront.await(front.front.shut());
        assertThat(ListenerTest.refuses(front.port())).isTrue();
    }

    private List<Future<Void>> callFromManyThreads() throws InterruptedException {
        List<Future<Void>> calls = new CopyOnWriteArrayList<>();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(seed -> new Thread(() -> callAtRandom(new Random(seed), calls)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return calls;
    }

    private void callAtRandom(Random random, List<Future<Void>> calls) {
        for (int i = 0; i < 50; i++) {
            calls.add(random.nextBoolean() ? front.front.shut() : front.front.reopen());
        }
    }

    @Test
    void callsAfterTheEndOfVertxDoNotHang() {
        TestFront gone = TestFront.start();
        gone.close();

        assertThatThrownBy(() -> TestFront.await(gone.front.reopen()))
                .hasRootCauseInstanceOf(RejectedExecutionException.class)
                .hasStackTraceContaining("port " + gone.port() + " was closed with its Vert.x");
    }
}
