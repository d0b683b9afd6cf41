package io.merlinadapter.http;

import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and JSON out, with HTTP's own statuses. As it is, the bodies are the program's own; a port whose callers see
 * other JSON than the program does overrides {@link #translated} and {@link #answered}.
 */
public class JsonDialect implements Dialect {
    /** Above this, work that grows with a body is done off the event loops. */
    public static final int OFF_LOOP_ABOVE = 64 * 1024;

    private final FrontLoop loop;
    private final String protocol;
    private BodyEncoding encoding = BodyEncoding.IDENTITY;

    /** For one request on {@code loop}. */
    public JsonDialect(FrontLoop loop, String protocol) {
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
    public boolean isHeavy(int received) {
        return encoding != BodyEncoding.IDENTITY;
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
     * Makes of the caller's JSON what the program is asked.
     *
     * @param json is released, whatever the outcome, or returned
     */
    protected Body translated(Body json) {
        return json;
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
        return Answers.refuse(request, refusal);
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
