package io.merlinadapter.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One HTTP request to a Pushgateway, on a connection of its own. Made and sent by one thread; any may cut it. */
final class GatewayCall {
    private static final int LONGEST_ANSWER = 1024;

    private final HttpURLConnection connection;
    private volatile boolean cut;

    /** What came back, of the body the beginning; {@code location} is where a redirect points to. */
    record Answer(int status, String body, @Nullable String location) {
        boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    /** @param limit for connecting, and for each wait for bytes; what is to hold for all of it must be cut */
    GatewayCall(String method, URI uri, @Nullable String authorization, Duration limit) throws IOException {
        connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout((int) limit.toMillis());
        connection.setReadTimeout((int) limit.toMillis());
        // It would turn up as a push that worked, at a place that nobody has named.
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "merlin-adapter");
        connection.setRequestProperty("Accept", "*/*");
        // A connection kept for the next push may be dead by then, and nobody would know before it fails.
        connection.setRequestProperty("Connection", "close");
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
    }

    /** Sends it and waits for the answer. */
    Answer send(String contentType, byte[] body) throws IOException {
        try {
            if (body.length > 0) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", contentType);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            Answer answer = new Answer(status, beginningOfBody(status), connection.getHeaderField("Location"));
            if (!cut) {
                return answer;
            }
        } catch (IOException | RuntimeException e) {
            // The class makes what it stumbles over, when it is cut, a failure of either kind.
            if (!cut) {
                throw e;
            }
        } finally {
            connection.disconnect();
        }
        throw new SocketTimeoutException("cut off");
    }

    private String beginningOfBody(int status) throws IOException {
        boolean isError = status >= 400;
        try (InputStream body = isError ? connection.getErrorStream() : connection.getInputStream()) {
            return body == null ? "" : new String(body.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }

    /** Ends it, wherever it is. Its sender gets a {@link SocketTimeoutException}. */
    void cut() {
        cut = true;
        connection.disconnect();
    }
}
