package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What differs between protocols once a prediction is an HTTP request with a body: how a caller's body becomes one line of
 * JSON for the program, and how its reply, or a refusal, becomes an answer. Holds nothing of a request; any loop.
 */
public interface ProtocolCodec {
    /**
     * Reads what the headers say. Event loop only.
     *
     * @param most the longest that a caller may be willing to wait
     * @throws RefusedException if the request is refused without its body
     * @throws io.merlinadapter.predict.PredictException if what they say makes no sense
     */
    Head describe(HttpServerRequest request, Duration most);

    /** What is known of a request whose headers have not been read. Any thread. */
    Head unread();

    /** How many bytes will come in all, by how a body begins; -1 if that does not tell. Event loop only. */
    default long announced(Buffer start) {
        return -1;
    }

    /**
     * Makes of a complete body what the program is asked. Any thread.
     *
     * @param received is released, whatever the outcome, or goes into what is returned
     * @throws io.merlinadapter.predict.PredictException for what can't be asked
     */
    Question decode(Head head, Body received);

    /** Writes what comes before a good answer, into headers and trailers, and returns what it is counted as. Event loop only. */
    int succeed(HttpServerRequest request, HttpServerResponse response);

    /** Answers that there is no prediction. Completes when that is written. Event loop only. */
    Future<Void> refuse(HttpServerRequest request, Refusal refusal);

    /** What a refusal is counted as. Any thread. */
    int code(Refusal refusal);

    /**
     * What the headers of a request say.
     *
     * @param protocol the front's name, as in {@code HTTP_JSON}: for metrics, and for the program
     * @param isGrpc whether codes are gRPC's, and the path is that of a method
     * @param encoding how the body is compressed
     * @param timeout how long the caller is willing to wait
     * @param framing bytes that come in addition to the body
     * @param growth how many bytes of memory decoding takes for each byte that came, in addition to that
     */
    record Head(String protocol, boolean isGrpc, BodyEncoding encoding, Duration timeout, int framing, double growth) {
        /** One whose headers say nothing. */
        public static Head unread(String protocol, boolean isGrpc) {
            return new Head(protocol, isGrpc, BodyEncoding.IDENTITY, Duration.ZERO, 0, 0);
        }
    }

    /** What the program is asked, and how its reply is to be answered. One thread at a time. */
    interface Question {
        /** One valid JSON value on one line. To be called once: it is the caller's to release from then on. */
        Body takeLine();

        /** By what name the answer calls this prediction; null if by none. */
        default @Nullable String predictionId() {
            return null;
        }

        /** Whether {@link #encode} finds out if a reply is good: else it is, whatever it says. */
        default boolean isTranslated() {
            return false;
        }

        /** Whether to encode this reply would hold up the other requests of the loop. */
        default boolean isHeavy(Body reply) {
            return false;
        }

        /**
         * Makes of the program's reply what the caller is answered. Any thread.
         *
         * @param reply is released, whatever the outcome, or returned
         * @throws io.merlinadapter.predict.PredictException for what is no answer
         */
        default Body encode(Body reply) {
            return reply;
        }

        /** Gives back what is held. To be called once, when nothing else will be. */
        void release();
    }

    /** A refusal for the headers alone. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Refusal refusal;

        public RefusedException(Refusal refusal) {
            super(refusal.message(), null, false, false);
            this.refusal = refusal;
        }

        public Refusal refusal() {
            return refusal;
        }
    }
}
