package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and JSON out, with HTTP's own statuses. As it is, the program is sent the caller's JSON, made one line, and its
 * reply is the answer; a port whose callers see other JSON than the program does overrides {@link #translated} and {@link #answered}.
 */
public class JsonDialect implements Dialect {
    private final Exchanges loop;
    private final String protocol;
    private BodyEncoding encoding = BodyEncoding.IDENTITY;

    /** For one request on {@code loop}. */
    public JsonDialect(Exchanges loop, String protocol) {
        this.loop = loop;
        this.protocol = protocol;
    }

    @Override
    public final String protocol() {
        return protocol;
    }

    @Override
    public final @Nullable Refusal open(HttpServerRequest request) {
        String named = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        BodyEncoding known = BodyEncoding.of(named);
        if (known == null) {
            return Refusal.unsupportedEncoding(String.valueOf(named));
        }
        encoding = known;
        return null;
    }

    @Override
    public final Duration timeout(HttpServerRequest request, Duration most) {
        return PredictHeaders.timeout(request, most);
    }

    @Override
    public final int mostReceived(int maxBody) {
        return maxBody;
    }

    @Override
    public final boolean isHeavy(int received) {
        return encoding != BodyEncoding.IDENTITY || received > PredictRequest.OFF_LOOP_ABOVE;
    }

    @Override
    public final Body asked(Body received) {
        Body plain = encoding == BodyEncoding.IDENTITY
                ? received
                : encoding.decode(
                        received, loop.settings().maxBody(), loop.services().budget());
        return translated(plain);
    }

    /**
     * Makes of the caller's JSON what the program is asked, one value on one line.
     *
     * @param json is released, whatever the outcome, or returned
     */
    protected Body translated(Body json) {
        return JsonLine.of(json);
    }

    @Override
    public boolean isHeavyReply(int reply) {
        return false;
    }

    @Override
    public Body answered(Body reply) {
        return reply;
    }

    @Override
    public final void succeed(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON);
    }

    @Override
    public final Future<Void> refuse(HttpServerRequest request, Refusal refusal) {
        if (refusal.retryAfterSeconds() > 0) {
            request.response().putHeader(Answers.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        return Answers.error(request, refusal.status(), refusal.message());
    }

    @Override
    public final int code() {
        return 200;
    }

    @Override
    public final int code(Refusal refusal) {
        return refusal.status();
    }

    @Override
    public final boolean isGrpc() {
        return false;
    }

    @Override
    public @Nullable String predictionId() {
        return null;
    }

    @Override
    public void over() {}
}
