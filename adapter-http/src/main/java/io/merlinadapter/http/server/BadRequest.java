package io.merlinadapter.http.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request that is no HTTP/1.1: the connection ends with its answer, as nobody knows where the next would begin. If the
 * body is what can't be understood, the request's exception handler gets this, and may answer; else it is answered here.
 */
public final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String CHUNKED = "chunked";
    /** Short ones take some thirty times their bytes of the heap. */
    static final int MOST_HEADERS = 1_000;

    private final int status;

    private BadRequest(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The HTTP status to answer. */
    public int status() {
        return status;
    }

    /** What is wrong with the head of a request that Netty let pass; null if it is as RFC 9112 has it. */
    static @Nullable BadRequest in(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return null;
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1); // Vert.x has no other to answer in
            return new BadRequest(505, "the request line says " + version + " (expected: HTTP/1.1 or HTTP/1.0)");
        }
        if (count(request.headers()) > MOST_HEADERS) {
            return tooManyHeaders();
        }
        BadRequest host = inHost(request.headers(), version);
        return host == null ? inCodings(request.headers(), version) : host;
    }

    /** Their own size is that of the set of their names. */
    private static int count(HttpHeaders headers) {
        int count = 0;
        for (var each = headers.iteratorCharSequence(); each.hasNext(); each.next()) {
            count++;
        }
        return count;
    }

    private static @Nullable BadRequest inHost(HttpHeaders headers, HttpVersion version) {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
            return new BadRequest(400, "no Host header (expected: one)");
        }
        if (hosts.size() > 1 || (hosts.size() == 1 && hosts.get(0).indexOf(',') >= 0)) {
            return new BadRequest(400, "more than one Host (expected: one)");
        }
        return null;
    }

    private static @Nullable BadRequest inCodings(HttpHeaders headers, HttpVersion version) {
        if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return null;
        }
        List<String> lines = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        String all = String.join(",", lines);
        String[] codings = all.toLowerCase(Locale.ROOT).split(",", -1);
        int last = codings.length - 1;
        if (version.equals(HttpVersion.HTTP_1_0)) {
            return new BadRequest(400, "Transfer-Encoding in HTTP/1.0");
        }
        for (int i = 0; i < last; i++) {
            if (codings[i].strip().equals(CHUNKED)) {
                return new BadRequest(400, "Transfer-Encoding: " + all + " (expected: chunked, and that once)");
            }
        }
        if (!codings[last].strip().equals(CHUNKED)) {
            return new BadRequest(400, "Transfer-Encoding: " + all + " (expected: chunked)");
        }
        return last == 0 ? null : new BadRequest(501, "Transfer-Encoding: " + all + " (expected: chunked alone)");
    }

    static BadRequest tooManyHeaders() {
        return new BadRequest(431, "more than " + MOST_HEADERS + " request headers");
    }

    static BadRequest tooManyTrailers() {
        return new BadRequest(400, "too many trailers behind the request body");
    }

    /** For a body that can't be decoded. */
    static BadRequest inBody(Throwable cause) {
        return new BadRequest(400, "the request body is not in well-formed chunks: " + reason(cause));
    }

    /** What Netty or we found wrong with a head. */
    static BadRequest of(@Nullable Throwable cause) {
        if (cause instanceof BadRequest known) {
            return known;
        }
        if (cause instanceof TooLongHttpLineException) {
            return new BadRequest(414, "the request line is too long: " + reason(cause));
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new BadRequest(431, "the request headers are too long: " + reason(cause));
        }
        return new BadRequest(400, "not an HTTP/1.1 request: " + reason(cause));
    }

    private static String reason(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "no reason given" : message;
    }
}
