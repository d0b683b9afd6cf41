package io.merlinadapter.upi;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.HealthPublisher;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Predictor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers predictions as the test says: with one text, with a failure, or when told to. */
final class ScriptedProgram implements Predictor {
    private final MemoryBudget budget;
    final List<Call> calls = new CopyOnWriteArrayList<>();
    volatile String answer = "{\"predictions\":[1]}";
    volatile @Nullable PredictException failure;
    volatile boolean holds;
    volatile Timings course = Timings.NONE;
    final HealthPublisher health = new HealthPublisher(Health.READY);

    ScriptedProgram(MemoryBudget budget) {
        this.budget = budget;
    }

    @Override
    public PredictCall predict(PredictRequest request) {
        Call call = new Call(request, Vertx.currentContext());
        calls.add(call);
        PredictException why = failure;
        if (why != null) {
            call.promise.fail(why);
        } else if (!holds) {
            call.complete(answer);
        }
        return call;
    }

    @Override
    public Health health() {
        return health.now();
    }

    @Override
    public HealthSubscription watchHealth(Consumer<Health> watcher) {
        return health.watch(watcher);
    }

    /** One prediction. */
    final class Call implements PredictCall {
        final String asked;
        final Deadline deadline;
        final String protocol;
        final Map<String, String> headers;
        private final Context context;
        private final Promise<Body> promise = Promise.promise();
        volatile boolean cancelled;
        /** What was said of its reply. */
        final List<Boolean> judged = new CopyOnWriteArrayList<>();

        Call(PredictRequest request, Context context) {
            Body body = request.body();
            asked = new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
            body.release();
            deadline = request.deadline();
            protocol = request.protocol();
            headers = request.headers();
            this.context = context;
        }

        void answerLate(String text) {
            context.runOnContext(v -> complete(text));
        }

        private void complete(String text) {
            byte[] reply = text.getBytes(StandardCharsets.UTF_8);
            budget.reserve(reply.length);
            Body body = new Body(reply, 0, reply.length, budget, reply.length);
            if (!promise.tryComplete(body)) {
                body.release();
            }
        }

        @Override
        public Future<Body> outcome() {
            return promise.future();
        }

        @Override
        public Timings timings() {
            return course;
        }

        @Override
        public void judge(boolean good) {
            judged.add(good);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
