package io.merlinadapter.cli.check;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Callers who each ask again as soon as they are answered. Its state is the caller's event loop's. */
final class Load {
    private static final int LOOK_MILLIS = 100;
    private static final int MOST_KEPT = 1 << 18;
    /** Longer than the load itself: a machine that is busy with other work makes all wait, and is no fault of the program. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Scene scene;
    private final String what;
    private final IntFunction<Buffer> bodies;
    private final BiPredicate<Integer, Answer> right;
    private final int most;
    private final long nanos;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final long[] took = new long[MOST_KEPT];
    private long begun;
    private int callers;
    private int asked;
    private final AtomicInteger answered = new AtomicInteger();
    private int failed;
    private int wrong;
    private @Nullable Answer firstBad;

    /**
     * A load that has not begun.
     *
     * @param bodies what the n-th caller asks
     * @param right whether it is the answer to what the n-th asked
     * @param most how often is asked at most
     * @param time when nobody asks any more
     */
    Load(
            Scene scene,
            String what,
            IntFunction<Buffer> bodies,
            BiPredicate<Integer, Answer> right,
            int most,
            Duration time) {
        this.scene = scene;
        this.what = what;
        this.bodies = bodies;
        this.right = right;
        this.most = most;
        this.nanos = time.toNanos();
    }

    /**
     * What came of it.
     *
     * @param wrong answers that were another's
     * @param p50 milliseconds that half of the good ones took at most
     * @param p99 milliseconds that all but a hundredth of them took at most
     */
    record Result(
            int answered, int failed, int wrong, @Nullable Answer firstBad, double p50, double p99, double seconds) {
        double perSecond() {
            return seconds == 0 ? 0 : answered / seconds;
        }
    }

    /** Runs it to its end. Calls {@code meanwhile} now and then. */
    Result run(int number, Meanwhile meanwhile) throws InterruptedException {
        Context loop = scene.caller.context();
        begun = scene.clock.getAsLong();
        callers = number;
        loop.runOnContext(v -> {
            for (int i = 0; i < number; i++) {
                next();
            }
        });
        while (true) {
            try {
                return result.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                double ofTime = (double) (scene.clock.getAsLong() - begun) / nanos;
                double ofNumber = answered.doubleValue() / most;
                scene.report.progress(what + ", " + answered.get() + " answers", Math.max(ofTime, ofNumber));
                meanwhile.look();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /** Looks at something while callers ask. */
    interface Meanwhile {
        void look() throws InterruptedException;
    }

    private void next() {
        if (asked >= most || scene.clock.getAsLong() - begun >= nanos) {
            over();
            return;
        }
        int number = asked++;
        scene.caller
                .send(scene.target(), bodies.apply(number), PATIENCE, scene.caller.nextId())
                .otherwise(why -> new Answer(0, Buffer.buffer(String.valueOf(why.getMessage())), 0, null))
                .onSuccess(answer -> {
                    take(number, answer);
                    next();
                });
    }

    private void take(int number, Answer answer) {
        if (!answer.isGood()) {
            failed++;
            firstBad = firstBad == null ? answer : firstBad;
        } else {
            if (!right.test(number, answer)) {
                wrong++;
            }
            took[answered.getAndIncrement() % MOST_KEPT] = answer.nanos();
        }
    }

    private void over() {
        callers--;
        if (callers == 0) {
            long[] sorted = Arrays.copyOf(took, Math.min(answered.get(), MOST_KEPT));
            Arrays.sort(sorted);
            double seconds = (scene.clock.getAsLong() - begun) / 1e9;
            result.complete(new Result(
                    answered.get(),
                    failed,
                    wrong,
                    firstBad,
                    percentile(sorted, 0.5),
                    percentile(sorted, 0.99),
                    seconds));
        }
    }

    private static double percentile(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / 1e6;
    }
}
