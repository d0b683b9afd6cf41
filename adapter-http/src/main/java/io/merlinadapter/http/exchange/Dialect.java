package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the caller of one prediction speaks: what differs between protocols once a prediction is an HTTP request with a body.
 * One for each request. For its event loop, but for {@link #asked} and {@link #answered}, which may be called on another
 * thread while nothing else is.
 */
public interface Dialect {
    /** The front's name, as in {@code HTTP_JSON}: for metrics, and for the program. */
    String protocol();

    /**
     * Reads what the headers say of the body.
     *
     * @return why the request is refused without it; null if it may come
     */
    @Nullable
    Refusal open(HttpServerRequest request);

    /**
     * How long the caller is willing to wait, at most {@code most}.
     *
     * @throws io.merlinadapter.predict.PredictException if what it says makes no sense
     */
    Duration timeout(HttpServerRequest request, Duration most);

    /** How many bytes may come for a body of {@code maxBody}. */
    int mostReceived(int maxBody);

    /** Whether to make so many bytes into a question would hold up the other requests of the loop. */
    boolean isHeavy(int received);

    /**
     * Makes of what came what the program is asked.
     *
     * @param received is released, whatever the outcome, or returned
     * @throws io.merlinadapter.predict.PredictException for what can't be asked
     */
    Body asked(Body received);

    /** Whether to make so many bytes into an answer would hold up the other requests of the loop. */
    boolean isHeavyReply(int reply);

    /**
     * Makes of the program's reply what the caller is answered.
     *
     * @param reply is released, whatever the outcome, or returned
     * @throws io.merlinadapter.predict.PredictException for what is no answer
     */
    Body answered(Body reply);

    /** Says in headers, and trailers, that the answer is a good one. */
    void succeed(HttpServerResponse response);

    /** Answers that there is no prediction. */
    Future<Void> refuse(HttpServerRequest request, Refusal refusal);

    /** What a good answer is counted as. */
    int code();

    /** What a refusal is counted as. */
    int code(Refusal refusal);

    /** Whether the codes are gRPC's, and the path is that of a method. */
    boolean isGrpc();

    /** By what name the answer calls this prediction, known once {@link #asked} has returned; null if by none. */
    @Nullable
    String predictionId();

    /** Nothing more comes of this request. Called once. */
    void over();
}
