package io.merlinadapter.upi;

import io.merlinadapter.http.BodyEncoding;
import io.merlinadapter.http.Dialect;
import io.merlinadapter.http.FrontLoop;
import io.merlinadapter.http.Refusal;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.upi.table.UpiRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A prediction by gRPC. A call with one message each way is an HTTP request with a body, and so it is treated: its bytes
 * are paid for while they come, its deadline is the front's. (vertx-grpc's server would take them in unpaid, inflate them
 * without a limit, and leave a call without a message unanswered.)
 */
final class GrpcDialect implements Dialect {
    private final FrontLoop loop;
    private final UpiPayload payload;
    private final HttpServerRequest request;
    private BodyEncoding encoding = BodyEncoding.IDENTITY;
    private @Nullable UpiRequest asked;

    GrpcDialect(FrontLoop loop, UpiPayload payload, HttpServerRequest request) {
        this.loop = loop;
        this.payload = payload;
        this.request = request;
    }

    @Override
    public String protocol() {
        return UpiRoutes.PROTOCOL;
    }

    @Override
    public @Nullable Refusal open(HttpServerRequest request) {
        String named = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
        BodyEncoding known = BodyEncoding.of(named);
        if (known == null) {
            return new Refusal(
                    415,
                    FailureKind.INVALID_REQUEST,
                    "grpc-encoding: " + named + " (expected: gzip, deflate or identity)",
                    0);
        }
        encoding = known;
        return null;
    }

    @Override
    public Duration timeout(HttpServerRequest request, Duration most) {
        return GrpcText.timeout(request.getHeader(GrpcHeaderNames.GRPC_TIMEOUT), most);
    }

    @Override
    public int mostReceived(int maxBody) {
        return GrpcPrefix.LENGTH + maxBody;
    }

    @Override
    public boolean isHeavy(int received) {
        return encoding != BodyEncoding.IDENTITY || received > PredictRequest.OFF_LOOP_ABOVE;
    }

    @Override
    public Body asked(Body received) {
        Body message;
        try {
            message = onlyMessage(received);
        } catch (RuntimeException e) {
            received.release();
            throw e;
        }
        UpiRequest read = payload.readProto(message);
        asked = read;
        return read.takeBody();
    }

    private Body onlyMessage(Body received) {
        int length = received.length() - GrpcPrefix.LENGTH;
        if (received.length() == 0) {
            throw invalid("the call has no message (expected: one)");
        }
        if (length < 0) {
            throw invalid("the message breaks off within its prefix of " + GrpcPrefix.LENGTH + " bytes");
        }
        byte flag = received.bytes()[received.offset()];
        if (!GrpcPrefix.isFlag(flag)) {
            throw invalid("the message's compressed flag is " + (flag & 0xff) + " (expected: 0 or 1)");
        }
        long announced = GrpcPrefix.length(received.bytes(), received.offset());
        if (announced != length) {
            throw invalid("the message has " + announced + " bytes by its prefix and " + length
                    + " bytes came (expected: one whole message)");
        }
        Body message = received.part(received.offset() + GrpcPrefix.LENGTH, length);
        return flag == 0 ? message : inflated(message);
    }

    private Body inflated(Body message) {
        if (encoding == BodyEncoding.IDENTITY) {
            message.release();
            throw invalid("the message is compressed, but the call has no grpc-encoding");
        }
        return encoding.decode(
                message, loop.settings().maxBody(), loop.services().budget());
    }

    private static PredictException invalid(String why) {
        return PredictException.of(FailureKind.INVALID_REQUEST, why);
    }

    @Override
    public boolean isHeavyReply(int reply) {
        return asked != null && payload.isHeavyReply(asked, reply);
    }

    @Override
    public Body answered(Body reply) {
        UpiRequest request = asked;
        if (request == null) {
            reply.release();
            throw new IllegalStateException("an answer to nothing");
        }
        return payload.writeProto(request, reply, true);
    }

    @Override
    public void succeed(HttpServerResponse response) {
        GrpcAnswers.begin(request);
        GrpcAnswers.succeed(response);
    }

    @Override
    public Future<Void> refuse(HttpServerRequest request, Refusal refusal) {
        return GrpcAnswers.end(request, GrpcErrors.status(refusal), refusal.message());
    }

    @Override
    public int code() {
        return 0;
    }

    @Override
    public int code(Refusal refusal) {
        return GrpcErrors.status(refusal).code;
    }

    @Override
    public boolean isGrpc() {
        return true;
    }

    @Override
    public @Nullable String predictionId() {
        return asked == null ? null : asked.predictionId();
    }

    @Override
    public void over() {
        if (asked != null) {
            asked.release();
        }
    }
}
