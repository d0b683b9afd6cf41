package io.merlinadapter.metrics.push;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One HTTP request to a Pushgateway, on a connection of its own. Used by one thread; any thread may cut it. */
final class GatewayCall {
    private static final int LONGEST_ANSWER = 1024;

    private final HttpURLConnection connection;
    private volatile boolean cut;

    /** The response, with the beginning of its body; {@code location} is the target of a redirect. */
    record Answer(int status, String body, @Nullable String location) {
        boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    /** @param limit of connecting and of each wait for bytes; to limit the whole call, {@link #cut} it */
    GatewayCall(String method, URI uri, @Nullable String authorization, Duration limit) throws IOException {
        connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout((int) limit.toMillis());
        connection.setReadTimeout((int) limit.toMillis());
        // A followed redirect would count as a push that worked, to an address that nobody has configured.
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "merlin-adapter");
        connection.setRequestProperty("Accept", "*/*");
        // A kept connection may be dead by the next push, which would then fail.
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
            // HttpURLConnection throws either kind when it is cut.
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

    /** Aborts the call. {@link #send} throws a {@link SocketTimeoutException}. Any thread. */
    void cut() {
        cut = true;
        connection.disconnect();
    }
}
