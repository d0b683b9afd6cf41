package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.Connections;
import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prediction on its way out. Holds its bytes, and their share of the budget, until they are written or can't be any
 * more. A large one is written piece by piece, as fast as it is read: the network library copies what it is given into
 * memory of its own. Event loop only.
 */
final class ReplyWriter extends ReplyTimeouts.Link {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);
    private static final int PIECE = 64 * 1024;

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final Body body;
    private int written;

    private ReplyWriter(Exchanges exchanges, HttpServerRequest request, Body body) {
        this.exchanges = exchanges;
        this.request = request;
        this.body = body;
    }

    /**
     * Answers {@code request}, whose headers are set, with {@code body}, which is released whatever happens.
     *
     * @param isGrpc whether a length must not be announced
     * @return completes when all is written, or nothing more can be
     */
    static Future<Void> write(Exchanges exchanges, HttpServerRequest request, Body body, boolean isGrpc) {
        ReplyWriter reply = new ReplyWriter(exchanges, request, body);
        exchanges.replies().add(reply);
        try {
            return reply.start(isGrpc).onComplete((v, failure) -> reply.over());
        } catch (RuntimeException e) {
            LOG.error("the front failed to write a reply", e);
            reply.over();
            Connections.cut(request.connection());
            return Future.failedFuture(e);
        }
    }

    private Future<Void> start(boolean isGrpc) {
        HttpServerResponse response = request.response();
        if (exchanges.loop().isLeaving()) {
            exchanges.loop().endConnectionAfter(request);
        }
        if (body.length() <= PIECE && !Connections.hasUnsent(request)) {
            written = body.length();
            return response.end(Answers.view(body, 0, written));
        }
        if (!isGrpc) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        }
        return writeOn();
    }

    private Future<Void> writeOn() {
        int size = Math.min(PIECE, body.length() - written);
        Future<Void> piece = request.response().write(Answers.view(body, written, size));
        written += size;
        return piece.compose(v -> {
            if (written == body.length()) {
                return request.response().end();
            }
            exchanges.replies().progressed(this);
            return writeOn();
        });
    }

    private void over() {
        exchanges.replies().remove(this);
        body.release();
    }

    /** The bytes are paid for until the write fails, which this makes it do. */
    @Override
    void tooSlow() {
        LOG.debug("a caller did not read its reply in time");
        Connections.abandon(request);
    }

    @Override
    int written() {
        return written;
    }
}
