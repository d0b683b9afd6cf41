package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.ServerLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The predictions on one event loop of a port. Event loop only, unless it says otherwise. */
public final class Exchanges {
    private final ServerLoop loop;
    private final FrontSettings settings;
    private final FrontServices services;
    private final ArrivalWatch arrivals;
    private final ReplyWatch replies;

    /** To be made on the loop. */
    public Exchanges(ServerLoop loop, FrontSettings settings, FrontServices services) {
        this.loop = loop;
        this.settings = settings;
        this.services = services;
        this.arrivals = new ArrivalWatch(loop.context());
        this.replies = new ReplyWatch(loop.vertx(), services.nanoClock(), settings.requestTimeout());
    }

    /** Any thread. */
    public Vertx vertx() {
        return loop.vertx();
    }

    /** The Vert.x context of the loop. Any thread. */
    public Context context() {
        return loop.context();
    }

    ServerLoop loop() {
        return loop;
    }

    public FrontSettings settings() {
        return settings;
    }

    public FrontServices services() {
        return services;
    }

    ArrivalWatch arrivals() {
        return arrivals;
    }

    ReplyWatch replies() {
        return replies;
    }

    /** The time, on the scale of every {@code Deadline}. Any thread. */
    public long now() {
        return services.nanoClock().getAsLong();
    }

    /**
     * Answers a prediction, whatever becomes of it.
     *
     * @param unknownModel the model that the caller asked for, if it isn't ours
     */
    public void predict(HttpServerRequest request, Dialect dialect, @Nullable String unknownModel) {
        new PredictExchange(this, request, dialect).begin(unknownModel);
    }

    /**
     * Answers a POST as a prediction of this model, and refuses every other method.
     *
     * @param model the model that the caller asked for
     */
    public void predictByPost(HttpServerRequest request, Supplier<Dialect> dialect, String model) {
        if (request.method().equals(HttpMethod.POST)) {
            predict(request, dialect.get(), settings.names().areOurs(model) ? null : model);
        } else {
            loop.answerWithoutBody(request);
            Answers.methodNotAllowed(request, "POST");
        }
    }

    /** Answers with an error in JSON, whatever the request's body. */
    public void refuse(HttpServerRequest request, int status, String message) {
        loop.answerWithoutBody(request);
        Answers.error(request, status, message);
    }

    void succeeded(Dialect dialect, long sinceNanos) {
        services.metrics().requestEnded(dialect.protocol(), dialect.code(), Outcome.SUCCESS, now() - sinceNanos);
    }

    void refused(Dialect dialect, Refusal refusal, long sinceNanos) {
        services.metrics().predictionFailed(refusal.kind());
        services.metrics()
                .requestEnded(
                        dialect.protocol(),
                        dialect.code(refusal),
                        HttpErrors.outcome(refusal.kind()),
                        now() - sinceNanos);
    }

    /** What a caller asks for, with what the program may know of its headers. */
    PredictRequest asked(String protocol, Body body, Deadline deadline, MultiMap headers) {
        return new PredictRequest(
                body, deadline, protocol, settings.passedHeaders().of(headers));
    }
}
