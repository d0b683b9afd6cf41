package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.http.exchange.ProtocolCodec;
import io.merlinadapter.http.exchange.Refusal;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.upi.table.UpiPayload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A prediction by gRPC. A call with one message each way is an HTTP request with a body, and so it is treated: its bytes
 * are paid for while they come, its deadline is the front's. (vertx-grpc's server would take them in unpaid, inflate them
 * without a limit, and leave a call without a message unanswered.)
 */
final class GrpcCodec implements ProtocolCodec {
    private static final CharSequence OK = HttpHeaders.createOptimized(GrpcStatus.OK.toString());
    private static final Head UNREAD = Head.unread(UpiRoutes.PROTOCOL, true);

    private final UpiPayload payload;
    private final Predictor predictor;
    private final BodyEncoding.Limits limits;

    /** @param predictor is asked how the program takes tables */
    GrpcCodec(UpiPayload payload, Predictor predictor, BodyEncoding.Limits limits) {
        this.payload = payload;
        this.predictor = predictor;
        this.limits = limits;
    }

    @Override
    public Head unread() {
        return UNREAD;
    }

    @Override
    public Head describe(HttpServerRequest request, Duration most) {
        String named = request.getHeader(GrpcHeaderNames.GRPC_ENCODING);
        BodyEncoding encoding = BodyEncoding.of(named);
        if (encoding == null) {
            throw new RefusedException(new Refusal(
                    415,
                    FailureKind.INVALID_REQUEST,
                    "grpc-encoding: " + named + " (expected: gzip, deflate or identity)",
                    0));
        }
        return new Head(
                UpiRoutes.PROTOCOL,
                true,
                encoding,
                GrpcText.timeout(request.getHeader(GrpcHeaderNames.GRPC_TIMEOUT), most),
                GrpcPrefix.LENGTH,
                encoding.growth(UpiRoutes.GROWTH));
    }

    /** The prefix says it. */
    @Override
    public long announced(Buffer start) {
        return start.length() < GrpcPrefix.LENGTH ? -1 : GrpcPrefix.LENGTH + start.getUnsignedInt(1);
    }

    @Override
    public Question decode(Head head, Body received) {
        Body message;
        try {
            message = onlyMessage(head.encoding(), received);
        } catch (RuntimeException e) {
            received.release();
            throw e;
        }
        return new UpiQuestion(payload, payload.readProto(message, predictor.takesArrowTables()), true);
    }

    private Body onlyMessage(BodyEncoding encoding, Body received) {
        int length = received.length() - GrpcPrefix.LENGTH;
        if (received.length() == 0) {
            throw GrpcPrefix.invalid("the call has no message (expected: one)");
        }
        if (length < 0) {
            throw GrpcPrefix.invalid("the message breaks off within its prefix of " + GrpcPrefix.LENGTH + " bytes");
        }
        ByteBuffer prefix = ByteBuffer.wrap(received.bytes(), received.offset(), GrpcPrefix.LENGTH);
        boolean compressed = GrpcPrefix.isCompressed(prefix.get(), encoding);
        long announced = Integer.toUnsignedLong(prefix.getInt());
        if (announced != length) {
            throw GrpcPrefix.invalid("the message has " + announced + " bytes by its prefix and " + length
                    + " bytes came (expected: one whole message)");
        }
        Body message = received.part(received.offset() + GrpcPrefix.LENGTH, length);
        return compressed ? encoding.decode(message, limits) : message;
    }

    @Override
    public int succeed(HttpServerRequest request, HttpServerResponse response) {
        GrpcAnswers.begin(request);
        response.putTrailer(GrpcHeaderNames.GRPC_STATUS, OK);
        return 0;
    }

    @Override
    public Future<Void> refuse(HttpServerRequest request, Refusal refusal) {
        return GrpcAnswers.end(request, GrpcErrors.status(refusal), refusal.message());
    }

    @Override
    public int code(Refusal refusal) {
        return GrpcErrors.status(refusal).code;
    }
}
