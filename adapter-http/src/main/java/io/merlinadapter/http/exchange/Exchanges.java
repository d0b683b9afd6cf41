package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.ServerLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Deadline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The predictions on one event loop of a port. Event loop only, unless it says otherwise. */
public final class Exchanges {
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Looking costs time for each open request: not for every one that is refused. */
    private static final long RELIEF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerLoop loop;
    private final FrontSettings settings;
    private final FrontServices services;
    private final BodyTimeouts bodies;
    private final ReplyTimeouts replies;
    private final RefusalBrake brake;
    private long relievedNanos;

    /** To be made on the loop. */
    public Exchanges(ServerLoop loop, FrontSettings settings, FrontServices services) {
        this.loop = loop;
        this.settings = settings;
        this.services = services;
        this.bodies = new BodyTimeouts(this);
        this.replies = new ReplyTimeouts(this);
        this.brake = new RefusalBrake(services.nanoClock().getAsLong());
        this.relievedNanos = services.nanoClock().getAsLong() - RELIEF_NANOS;
    }

    /** Any thread. */
    public Vertx vertx() {
        return loop.vertx();
    }

    /** The Vert.x context of the loop. Any thread. */
    public Context context() {
        return loop.context();
    }

    public ServerLoop loop() {
        return loop;
    }

    public FrontSettings settings() {
        return settings;
    }

    public FrontServices services() {
        return services;
    }

    /** What compressed bodies may become. Any thread. */
    public BodyEncoding.Limits bodyLimits() {
        return new BodyEncoding.Limits(settings.maxBody(), services.budget());
    }

    BodyTimeouts bodies() {
        return bodies;
    }

    ReplyTimeouts replies() {
        return replies;
    }

    /**
     * For how many nanoseconds to hold back the answer to a request that is refused because too many wait. Its caller still
     * gets it well within its deadline.
     *
     * @param waitNanos for how long those that wait keep the program busy
     */
    long nanosToHoldRefusal(long waitNanos, Deadline deadline) {
        return loop.isLeaving() ? 0 : Math.min(brake.refused(waitNanos, now()), deadline.remaining(now()) * 3 / 4);
    }

    /** There is no memory for something small: ends those who hold some and make no progress. */
    void relieve() {
        long now = now();
        if (now - relievedNanos >= RELIEF_NANOS) {
            relievedNanos = now;
            bodies.endSlow(SLOW_NANOS);
            replies.endSlow(SLOW_NANOS);
        }
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
    public void predict(HttpServerRequest request, ProtocolCodec codec, @Nullable String unknownModel) {
        new PredictExchange(this, request, codec).begin(unknownModel);
    }

    /**
     * Answers a POST as a prediction of this model, and refuses every other method.
     *
     * @param model the model that the caller asked for
     */
    public void predictByPost(HttpServerRequest request, ProtocolCodec codec, String model) {
        if (request.method().equals(HttpMethod.POST)) {
            predict(request, codec, settings.names().areOurs(model) ? null : model);
        } else {
            loop.answerWithoutBody(request);
            Answers.methodNotAllowed(request, "POST");
        }
    }

    /**
     * Answers with a body of which the headers, but for its length, are set.
     *
     * @param body is released whatever happens
     * @return completes when all is written, or nothing more can be
     */
    public Future<Void> write(HttpServerRequest request, Body body) {
        return ReplyWriter.write(this, request, body, false);
    }

    /** Answers with an error in JSON, whatever the request's body. */
    public void refuse(HttpServerRequest request, int status, String message) {
        loop.answerWithoutBody(request);
        Answers.error(request, status, message);
    }
}
