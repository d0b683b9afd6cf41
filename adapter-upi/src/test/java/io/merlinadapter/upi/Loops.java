package io.merlinadapter.upi;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Two event loops, and a way for a test to act on them. */
final class Loops implements AutoCloseable {
    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    final Context one = vertx.getOrCreateContext();
    final Context other = vertx.getOrCreateContext();

    /** Runs it on the loop, after all that the loop was given before. */
    static <T> T on(Context loop, Callable<T> task) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(v -> {
            try {
                done.complete(task.call());
            } catch (Exception | AssertionError e) {
                done.fail(e);
            }
        });
        return done.future()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
