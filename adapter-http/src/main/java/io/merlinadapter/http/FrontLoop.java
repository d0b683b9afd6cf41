package io.merlinadapter.http;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** What the requests on one event loop share. Everything here belongs to that loop. */
final class FrontLoop {
    private static final String PROTOCOL = "HTTP_JSON";

    private final Vertx vertx;
    private final HttpFrontSettings settings;
    private final HttpServices services;
    private final ArrivalWatch arrivals;
    private final ReplyWatch replies;
    private boolean stopping;

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

    /** From now on every answer is the last on its connection. */
    void stopping() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    void succeeded(long sinceNanos) {
        services.metrics().requestEnded(PROTOCOL, 200, Outcome.SUCCESS, now() - sinceNanos);
    }

    void refused(Refusal refusal, long sinceNanos) {
        services.metrics().predictionFailed(refusal.kind());
        services.metrics()
                .requestEnded(PROTOCOL, refusal.status(), HttpErrors.outcome(refusal.kind()), now() - sinceNanos);
    }
}
