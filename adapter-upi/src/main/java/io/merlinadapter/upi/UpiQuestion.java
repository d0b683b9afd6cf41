package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.ProtocolCodec.Question;
import io.merlinadapter.memory.Body;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.upi.table.UpiRequest;
import org.jspecify.annotations.Nullable;

/** A PredictValuesRequest that was read, with what its response will need. One thread at a time. */
final class UpiQuestion implements Question {
    private final UpiPayload payload;
    private final UpiRequest request;
    private final boolean isGrpc;
    private @Nullable Body line;

    UpiQuestion(UpiPayload payload, UpiRequest request, boolean isGrpc) {
        this.payload = payload;
        this.request = request;
        this.isGrpc = isGrpc;
        this.line = request.takeBody();
    }

    @Override
    public Body takeLine() {
        Body taken = line;
        if (taken == null) {
            throw new IllegalStateException("the line was taken before");
        }
        line = null;
        return taken;
    }

    @Override
    public @Nullable String predictionId() {
        return request.predictionId();
    }

    @Override
    public boolean isHeavy(int reply) {
        return payload.isHeavyReply(request, reply);
    }

    @Override
    public Body encode(Body reply) {
        return isGrpc ? payload.writeProto(request, reply, true) : payload.writeJson(request, reply);
    }

    @Override
    public void release() {
        request.release();
        if (line != null) {
            line.release();
        }
    }
}
