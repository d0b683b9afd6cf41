package io.merlinadapter.http;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;

/** What the requests on one event loop share. Everything here belongs to that loop, unless it says otherwise. */
final class FrontLoop {
    static final String PROTOCOL = "HTTP_JSON";

    private final Vertx vertx;
    private final HttpFrontSettings settings;
    private final HttpServices services;
    private final ArrivalWatch arrivals;
    private final ReplyWatch replies;
    private final LastAnswers lastAnswers = new LastAnswers();
    private volatile boolean leaving;

    /** To be made on {@code context}. */
    FrontLoop(Vertx vertx, Context context, HttpFrontSettings settings, HttpServices services) {
        this.vertx = vertx;
        this.settings = settings;
        this.services = services;
        this.arrivals = new ArrivalWatch(context);
        this.replies = new ReplyWatch(vertx, services.nanoClock(), settings.requestTimeout());
    }

    Vertx vertx() {
        return vertx;
    }

    HttpFrontSettings settings() {
        return settings;
    }

    HttpServices services() {
        return services;
    }

    ArrivalWatch arrivals() {
        return arrivals;
    }

    ReplyWatch replies() {
        return replies;
    }

    long now() {
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

    void succeeded(long sinceNanos) {
        services.metrics().requestEnded(PROTOCOL, 200, Outcome.SUCCESS, now() - sinceNanos);
    }

    void refused(Refusal refusal, long sinceNanos) {
        services.metrics().predictionFailed(refusal.kind());
        services.metrics()
                .requestEnded(PROTOCOL, refusal.status(), HttpErrors.outcome(refusal.kind()), now() - sinceNanos);
    }

    /** What a caller asks for, with what the program may know of its headers. */
    PredictRequest asked(Body body, Deadline deadline, MultiMap headers) {
        return new PredictRequest(
                body, deadline, PROTOCOL, settings.passedHeaders().of(headers));
    }
}
