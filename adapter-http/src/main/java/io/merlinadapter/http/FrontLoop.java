package io.merlinadapter.http;

import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the requests on one event loop of a port share. Everything here belongs to that loop, unless it says otherwise. */
public final class FrontLoop {

    private final Vertx vertx;
    private final Context context;
    private final FrontSettings settings;
    private final FrontServices services;
    private final ArrivalWatch arrivals;
    private final ReplyWatch replies;
    private final LastAnswers lastAnswers = new LastAnswers();
    private volatile boolean leaving;

    /** To be made on {@code context}. */
    FrontLoop(Vertx vertx, Context context, FrontSettings settings, FrontServices services) {
        this.vertx = vertx;
        this.context = context;
        this.settings = settings;
        this.services = services;
        this.arrivals = new ArrivalWatch(context);
        this.replies = new ReplyWatch(vertx, services.nanoClock(), settings.requestTimeout());
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The Vert.x context of this loop. Any thread. */
    public Context context() {
        return context;
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

    LastAnswers lastAnswers() {
        return lastAnswers;
    }

    /** From now on every answer over HTTP/1 is the last on its connection. Any thread. */
    void leave() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
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
            withoutBody(request);
            SharedRoutes.methodNotAllowed(request, "POST");
        }
    }

    /** Answers with an error in JSON, whatever the request's body. */
    public void refuse(HttpServerRequest request, int status, String message) {
        withoutBody(request);
        Answers.error(request, status, message);
    }

    /** Prepares an answer that doesn't need the request's body. */
    void withoutBody(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return;
        }
        if (PredictHeaders.expectsContinue(request)) {
            // The body will not be asked for, and what comes next on this connection may or may not be it.
            lastAnswers.announceWithoutBody(request);
        } else if (leaving) {
            lastAnswers.announceUnread(request);
        }
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
