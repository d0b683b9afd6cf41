package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and JSON out, with HTTP's own statuses. As it is, the program is sent the caller's JSON, made one line, and its
 * reply is the answer; a port whose callers see other JSON than the program does overrides {@link #question}.
 */
public class JsonCodec implements ProtocolCodec {
    private final String protocol;
    private final double growth;
    private final BodyEncoding.Limits limits;
    private final Head unread;

    /**
     * @param growth how many bytes of memory {@link #question} takes for each byte of JSON, in addition to that
     * @param limits what compressed bodies may become
     */
    public JsonCodec(String protocol, double growth, BodyEncoding.Limits limits) {
        this.protocol = protocol;
        this.growth = growth;
        this.limits = limits;
        this.unread = Head.unread(protocol, false);
    }

    @Override
    public final Head unread() {
        return unread;
    }

    @Override
    public final Head describe(HttpServerRequest request, Duration most) {
        String named = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        BodyEncoding encoding = BodyEncoding.of(named);
        if (encoding == null) {
            throw new RefusedException(Refusal.unsupportedEncoding(String.valueOf(named)));
        }
        return new Head(protocol, false, encoding, PredictHeaders.timeout(request, most), 0, encoding.growth(growth));
    }

    @Override
    public final Question decode(Head head, Body received) {
        return question(head.encoding().decode(received, limits));
    }

    /**
     * Makes of the caller's JSON what the program is asked.
     *
     * @param json is released, whatever the outcome, or goes into what is returned
     */
    protected Question question(Body json) {
        return new Line(JsonLine.of(json));
    }

    private static final class Line implements Question {
        private @Nullable Body line;

        Line(Body line) {
            this.line = line;
        }

        @Override
        public Body takeLine() {
            Body taken = Objects.requireNonNull(line, "the line was taken before");
            line = null;
            return taken;
        }

        @Override
        public void release() {
            if (line != null) {
                line.release();
            }
        }
    }

    @Override
    public final int succeed(HttpServerRequest request, HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON);
        return 200;
    }

    @Override
    public final Future<Void> refuse(HttpServerRequest request, Refusal refusal) {
        if (refusal.retryAfterSeconds() > 0) {
            request.response().putHeader(Answers.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        return Answers.error(request, refusal.status(), refusal.message());
    }

    @Override
    public final int code(Refusal refusal) {
        return refusal.status();
    }
}
