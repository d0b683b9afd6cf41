package io.merlinadapter.http;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Health;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A predictor that answers as the test says: at once, later, or not at all. */
public final class ScriptedPredictor implements Predictor {
    public final List<Call> held = new CopyOnWriteArrayList<>();
    public final AtomicInteger asked = new AtomicInteger();
    public final AtomicInteger cancelled = new AtomicInteger();
    public volatile Health health = Health.READY;
    public volatile boolean holds;
    public volatile PredictException failure;
    public volatile Timings course = Timings.NONE;
    public volatile RuntimeException fault;
    public volatile UnaryOperator<byte[]> answer = body -> body;
    public volatile Duration allowed;
    public volatile Map<String, String> headers;

    private final MemoryBudget budget;

    public ScriptedPredictor(MemoryBudget budget) {
        this.budget = budget;
    }

    @Override
    public PredictCall predict(PredictRequest request) {
        asked.incrementAndGet();
        headers = request.headers();
        allowed = request.deadline().allowed();
        if (fault != null) {
            throw fault;
        }
        Call call = new Call(request, Vertx.currentContext());
        if (holds) {
            held.add(call);
        } else if (failure != null) {
            call.fail(failure);
        } else {
            call.complete();
        }
        return call;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public HealthSubscription watchHealth(Consumer<Health> watcher) {
        throw new UnsupportedOperationException("this front asks, and does not watch");
    }

    /** One prediction that is under way. */
    public final class Call implements PredictCall {
        private final PredictRequest request;
        private final Context context;
        private final Promise<Body> promise = Promise.promise();
        public volatile boolean gone;

        Call(PredictRequest request, Context context) {
            this.request = request;
            this.context = context;
        }

        public byte[] body() {
            Body body = request.body();
            return java.util.Arrays.copyOfRange(body.bytes(), body.offset(), body.offset() + body.length());
        }

        public void answer(String text) {
            context.runOnContext(v -> complete(text.getBytes(StandardCharsets.UTF_8)));
        }

        private void complete() {
            complete(answer.apply(body()));
        }

        private void complete(byte[] reply) {
            request.body().release();
            if (!promise.future().isComplete()) {
                budget.reserve(reply.length);
                promise.complete(new Body(reply, 0, reply.length, budget, reply.length));
            }
        }

        private void fail(PredictException why) {
            request.body().release();
            promise.tryFail(why);
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
        public void cancel() {
            gone = true;
            cancelled.incrementAndGet();
        }
    }
}
