package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.Connections;
import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prediction on its way out. Holds its bytes, and their share of the budget, until they are written or can't be any
 * more. Belongs to its connection's event loop.
 */
final class Reply extends ReplyWatch.Link {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
    private static final long CANCEL = 8;
    /** What HTTP/2 callers let us send unasked, by default. */
    private static final int HTTP2_WINDOW = 65_535;

    private final Exchanges loop;
    private final HttpServerRequest request;
    private final Dialect dialect;
    private final Body body;

    private Reply(Exchanges loop, HttpServerRequest request, Dialect dialect, Body body) {
        this.loop = loop;
        this.request = request;
        this.dialect = dialect;
        this.body = body;
    }

    /** Answers {@code request} with {@code body}, which is released whatever happens. */
    static void write(Exchanges loop, HttpServerRequest request, Dialect dialect, Body body) {
        Reply reply = new Reply(loop, request, dialect, body);
        loop.replies().add(reply);
        try {
            reply.start().onComplete((v, failure) -> reply.over());
        } catch (RuntimeException e) {
            LOG.error("the front failed to write a reply", e);
            reply.over();
            Connections.cut(request.connection());
        }
    }

    private Future<Void> start() {
        HttpServerResponse response = request.response();
        dialect.succeed(response);
        if (loop.loop().isLeaving()) {
            loop.loop().endConnectionAfter(request);
        }
        if (body.length() <= HTTP2_WINDOW || request.version() != HttpVersion.HTTP_2) {
            return response.end(Answers.view(body));
        }
        // The end is sent apart: a stream whose end is queued can't be reset any more when the caller won't read.
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        return response.write(Answers.view(body)).compose(v -> response.end());
    }

    private void over() {
        loop.replies().remove(this);
        body.release();
    }

    /** The bytes are paid for until the write fails, which this makes it do. */
    @Override
    void tooSlow() {
        LOG.debug("a caller did not read its reply in time");
        if (request.version() == HttpVersion.HTTP_2 && !request.response().ended()) {
            request.response().reset(CANCEL);
        } else {
            Connections.cut(request.connection());
        }
    }
}
