package io.merlinadapter.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who hears of a change of health, where, and until when. */
class HealthPublisherTest {
    private static final Health LOADING = Health.notReady("it loads");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final HealthPublisher health = new HealthPublisher(LOADING);
    private final List<Health> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Runs it on the context, after all that the context was given before. */
    private static <T> T on(Context context, Callable<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(v -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future().toCompletionStage().toCompletableFuture().join();
    }

    private List<Health> heardOn(Context context) {
        return on(context, () -> List.copyOf(heard));
    }

    @Test
    void eachWatcherIsToldOnItsOwnContext() {
        List<Context> told = new CopyOnWriteArrayList<>();
        List<Context> contexts = List.of(vertx.getOrCreateContext(), vertx.getOrCreateContext());
        contexts.forEach(context -> on(context, () -> health.watch(now -> told.add(Vertx.currentContext()))));
        health.become(Health.READY);
        contexts.forEach(this::heardOn);
        assertThat(told).containsExactlyInAnyOrderElementsOf(contexts);
    }

    @Test
    void whatChangesNothingIsToldToNobody() {
        Context context = vertx.getOrCreateContext();
        on(context, () -> health.watch(heard::add));
        health.become(Health.notReady("it loads"));
        assertThat(heardOn(context)).isEmpty();
        health.become(Health.READY);
        health.become(Health.READY);
        assertThat(heardOn(context)).containsExactly(Health.READY);
    }

    @Test
    void nobodyHearsOfOlderThingsAfterNewerOnes() {
        Context context = vertx.getOrCreateContext();
        on(context, () -> {
            health.watch(heard::add);
            health.become(Health.READY);
            health.become(Health.dead("it is gone"));
            assertThat(heard).as("told while it changed").isEmpty();
            return true;
        });
        assertThat(heardOn(context)).containsOnly(Health.dead("it is gone"));
    }

    @Test
    void whoStopsBetweenTheChangeAndTheNewsHearsNothing() {
        Context context = vertx.getOrCreateContext();
        on(context, () -> {
            Predictor.HealthSubscription watch = health.watch(heard::add);
            health.become(Health.READY);
            watch.stop();
            watch.stop();
            return true;
        });
        assertThat(heardOn(context)).isEmpty();
        assertThat(health.watchers()).isZero();
    }

    @Test
    void aWatcherThatFailsKeepsNothingFromTheOthers() {
        Context context = vertx.getOrCreateContext();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        context.exceptionHandler(failures::add);
        on(
                context,
                () -> health.watch(now -> {
                    throw new IllegalStateException("not today");
                }));
        on(context, () -> health.watch(heard::add));
        health.become(Health.READY);
        assertThat(heardOn(context)).containsExactly(Health.READY);
        assertThat(failures).hasSize(1);
    }

    @Test
    void ofAThousandWatchersThatComeAndGoNothingIsLeft() {
        Context context = vertx.getOrCreateContext();
        on(context, () -> {
            List<Predictor.HealthSubscription> watches = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                watches.add(health.watch(heard::add));
            }
            assertThat(health.watchers()).isEqualTo(1000);
            watches.forEach(Predictor.HealthSubscription::stop);
            return true;
        });
        health.become(Health.READY);
        assertThat(heardOn(context)).isEmpty();
        assertThat(health.watchers()).isZero();
    }

    @Test
    void withoutAContextToTellItOnNobodyWatches() {
        assertThatThrownBy(() -> health.watch(heard::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected: a Vert.x context");
    }
}
