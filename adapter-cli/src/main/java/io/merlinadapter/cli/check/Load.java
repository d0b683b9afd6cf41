package io.merlinadapter.cli.check;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Callers who each ask again as soon as they are answered. Its state is the caller's event loop's. */
final class Load {
    private static final int LOOK_MILLIS = 100;
    private static final int MOST_KEPT = 1 << 18;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

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
    private volatile int answered;
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
     * @param millis what the good ones took, in ascending order
     */
    record Result(
            int answered, int failed, int wrong, @Nullable Answer firstBad, double[] millis, double seconds) {
        double percentile(double part) {
            return millis.length == 0 ? 0 : millis[(int) Math.min(millis.length - 1, Math.floor(part * millis.length))];
        }

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
                double ofNumber = (double) answered / most;
                scene.report.progress(what + ", " + answered + " answers", Math.max(ofTime, ofNumber));
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
            took[answered % MOST_KEPT] = answer.nanos();
            answered++;
        }
    }

    private void over() {
        callers--;
        if (callers == 0) {
            double[] millis = Arrays.stream(took, 0, Math.min(answered, MOST_KEPT))
                    .sorted()
                    .mapToDouble(each -> each / 1e6)
                    .toArray();
            double seconds = (scene.clock.getAsLong() - begun) / 1e9;
            result.complete(new Result(answered, failed, wrong, firstBad, millis, seconds));
        }
    }
}
