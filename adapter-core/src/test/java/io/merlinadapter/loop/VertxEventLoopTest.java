package io.merlinadapter.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class VertxEventLoopTest {
    @Test
    void whatIsOnTheLoopRunsAtOnceAndWhatIsNotIsHandedOver(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        assertThat(loop.isHere()).isFalse();
        assertThatThrownBy(loop::check).isInstanceOf(IllegalStateException.class);
        loop.run(() -> test.verify(() -> {
            assertThat(loop.isHere()).isTrue();
            boolean[] ran = new boolean[1];
            loop.run(() -> ran[0] = true);
            assertThat(ran[0]).isTrue();
            test.completeNow();
        }));
    }

    @Test
    void anAnswerComesBackOnTheContextThatAsked(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        VertxEventLoop other = VertxEventLoop.of(vertx);
        other.context().runOnContext(v -> {
            Promise<String> promise = loop.promiseForCaller();
            promise.future()
                    .onComplete(test.succeeding(answer -> test.verify(() -> {
                        assertThat(other.isHere()).isTrue();
                        test.completeNow();
                    })));
            loop.later(() -> promise.complete("answer"));
        });
    }

    @Test
    void aTimerThatIsStoppedNeverRuns(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        loop.run(() -> {
            EventLoop.Timer stopped = loop.after(Duration.ofMillis(10), () -> test.failNow("it ran"));
            stopped.stop();
            stopped.stop();
            loop.after(Duration.ofMillis(60), test::completeNow);
        });
    }

    @Test
    void aTaskThatFailsDoesNotEndTheLoop(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        loop.later(() -> {
            throw new IllegalStateException("on purpose, by a test");
        });
        loop.later(test::completeNow);
    }

    @Test
    void whoCatchesUpRunsWhatWaitsAndInItsOrder(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        loop.context()
                .runOnContext(v -> test.verify(() -> {
                    List<Integer> ran = new ArrayList<>();
                    loop.later(() -> ran.add(1));
                    loop.later(() -> ran.add(2));
                    assertThat(ran).isEmpty();
                    loop.catchUp();
                    assertThat(ran).containsExactly(1, 2);
                    loop.later(() -> test.verify(() -> {
                        assertThat(ran).containsExactly(1, 2);
                        test.completeNow();
                    }));
                }));
    }

    @Test
    void nobodyCatchesUpWithWhatIsForTheEndOfTheTurn(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        loop.context()
                .runOnContext(v -> test.verify(() -> {
                    boolean[] ran = new boolean[1];
                    loop.atEndOfTurn(() -> ran[0] = true);
                    loop.catchUp();
                    assertThat(ran[0]).isFalse();
                    loop.later(() -> test.verify(() -> {
                        assertThat(ran[0]).isTrue();
                        test.completeNow();
                    }));
                }));
    }

    @Test
    void nothingIsCaughtUpWithInTheMiddleOfATask(Vertx vertx, VertxTestContext test) {
        VertxEventLoop loop = VertxEventLoop.of(vertx);
        loop.context()
                .runOnContext(v -> loop.run(() -> test.verify(() -> {
                    boolean[] ran = new boolean[1];
                    loop.later(() -> ran[0] = true);
                    loop.catchUp();
                    assertThat(ran[0]).isFalse();
                    test.completeNow();
                })));
    }
}
