package io.merlinadapter.http.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** One event loop of a port, as those see it who answer requests there. Event loop only, unless it says otherwise. */
public final class ServerLoop {
    private static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");

    private final Vertx vertx;
    private final Context context;
    private volatile boolean leaving;
    private long dateSecond = -1;
    private CharSequence date = "";

    ServerLoop(Vertx vertx, Context context) {
        this.vertx = vertx;
        this.context = context;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The Vert.x context of this loop. Any thread. */
    public Context context() {
        return context;
    }

    /** From now on every answer over HTTP/1 is the last on its connection. Any thread. */
    void leave() {
        leaving = true;
    }

    /** Whether every answer over HTTP/1 is the last on its connection. Any thread. */
    public boolean isLeaving() {
        return leaving;
    }

    /** Makes the answer to {@code request} the last on its connection, if that speaks HTTP/1. To be called before the answer. */
    public void endConnectionAfter(HttpServerRequest request) {
        Connection.of(request.connection()).endAfterAnswer();
    }

    /** As {@link #endConnectionAfter}, for a request whose body nobody reads. */
    public void endConnectionUnread(HttpServerRequest request) {
        endConnectionAfter(request);
        answerWithoutBody(request);
    }

    /** Prepares an answer that doesn't need the request's body. */
    public void answerWithoutBody(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2 && expectsContinue(request)) {
            // The body will not be asked for, and what comes next on this connection may or may not be it.
            Connection.of(request.connection()).endAfterAnswerWithoutBody();
        }
    }

    /** The time as HTTP writes it, to the second. */
    public CharSequence date() {
        long second = Instant.now().getEpochSecond();
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpHeaders.createOptimized(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
        }
        return date;
    }

    /** Whether the caller waits for our word before it sends the body. HTTP/1.0 does not know the word. */
    public static boolean expectsContinue(HttpServerRequest request) {
        String header = request.getHeader(EXPECT);
        return header != null && header.equalsIgnoreCase("100-continue") && request.version() != HttpVersion.HTTP_1_0;
    }
}
