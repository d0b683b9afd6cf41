package io.merlinadapter.cli.it.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls on a connection of its own, one call at a time, and looks at each answer. For one thread. */
public final class HonestCaller {
    /** What a caller waits for an answer: longer than any that is not lost. */
    private static final int PATIENCE_SECONDS = 20;

    private static final long REFUSED_STREAM = 7;
    private static final String UNAVAILABLE = "14";
    private static final String GRPC_STATUS = "grpc-status";

    private final Way way;
    private final int port;
    private final int padding;
    private final HttpClient client;

    /** How a caller calls. */
    public enum Way {
        HTTP_1,
        HTTP_2,
        GRPC
    }

    /** What has become of a call. */
    public enum Outcome {
        ANSWERED,
        /** It was not begun, and may be repeated. */
        REFUSED
    }

    private record Answer(int status, boolean retryAfter, String grpcStatus, String body) {
        static Future<Answer> of(HttpClientResponse response) {
            return response.body()
                    .map(body -> new Answer(
                            response.statusCode(),
                            response.getHeader("retry-after") != null,
                            grpcStatus(response),
                            body.toString(StandardCharsets.ISO_8859_1)));
        }

        private static String grpcStatus(HttpClientResponse response) {
            String inTrailers = response.getTrailer(GRPC_STATUS);
            return inTrailers == null ? String.valueOf(response.getHeader(GRPC_STATUS)) : inTrailers;
        }

        @Override
        public String toString() {
            String start = body.substring(0, Math.min(300, body.length()));
            return status + ", grpc-status " + grpcStatus + ": " + start.replaceAll("\\p{Cntrl}", " ");
        }
    }

    /** A caller whose bodies are that large. */
    public HonestCaller(Vertx vertx, AdapterProcess adapter, Way way, int padding) {
        this.way = way;
        this.port = way == Way.GRPC ? adapter.grpcPort() : adapter.port();
        this.padding = padding;
        HttpVersion version = way == Way.HTTP_1 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_2;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
    }

    /** One call; fails unless it is answered as it should be, or refused in a way that lets it be repeated. */
    public Outcome call(String token) {
        try {
            Answer answer =
                    ask(token).toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return judge(token, answer);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StreamResetException reset && reset.getCode() == REFUSED_STREAM) {
                return Outcome.REFUSED;
            }
            throw new AssertionError(way + " caller: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new AssertionError(way + " caller: no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Future<Answer> ask(String token) {
        boolean isGrpc = way == Way.GRPC;
        String path = isGrpc ? "/caraml.upi.v1.UniversalPredictionService/PredictValues" : "/v1/models/model-1:predict";
        return client.request(HttpMethod.POST, port, "127.0.0.1", path).compose(request -> {
            request.putHeader("content-type", isGrpc ? "application/grpc" : "application/json");
            if (isGrpc) {
                request.putHeader("te", "trailers");
            }
            return request.send(isGrpc ? message(token) : Buffer.buffer(json(token)))
                    .compose(Answer::of);
        });
    }

    private Outcome judge(String token, Answer answer) {
        boolean refused = way == Way.GRPC
                ? answer.grpcStatus().equals(UNAVAILABLE)
                : answer.status() == 503 && answer.retryAfter();
        if (refused) {
            return Outcome.REFUSED;
        }
        boolean right = way == Way.GRPC
                ? answer.grpcStatus().equals("0") && answer.body().contains("\u001a" + sized(token))
                : answer.status() == 200 && answer.body().trim().equals(json(token));
        if (!right) {
            throw new AssertionError(way + " caller: " + token + " was answered " + answer);
        }
        return Outcome.ANSWERED;
    }

    private String json(String token) {
        return padding == 0 ? Requests.echo(token) : Requests.padded(token, padding);
    }

    /** A PredictValuesRequest with a table of one row, whose only value is the token. */
    private static Buffer message(String token) {
        String column = "\n" + sized("value") + "\u0010\u0003";
        String row = "\n" + sized("a") + "\u0012" + sized("\u001a" + sized(token));
        String table = "\u0012" + sized(column) + "\u001a" + sized(row);
        byte[] request = ("\n" + sized(table)).getBytes(StandardCharsets.ISO_8859_1);
        return Buffer.buffer().appendByte((byte) 0).appendInt(request.length).appendBytes(request);
    }

    /** A text of protobuf, up to 127 letters, behind its length. */
    private static String sized(String text) {
        return (char) text.length() + text;
    }
}
