package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.ProtocolCodec.Question;
import io.merlinadapter.memory.Body;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.upi.table.UpiRequest;

/** A PredictValuesRequest that was read, with what its response will need. One thread at a time. */
record UpiQuestion(UpiPayload payload, UpiRequest request, boolean isGrpc) implements Question {
    @Override
    public Body takeLine() {
        return request.takeBody();
    }

    @Override
    public String predictionId() {
        return request.predictionId();
    }

    @Override
    public boolean isTranslated() {
        return true;
    }

    @Override
    public boolean isHeavy(Body reply) {
        return payload.isHeavyReply(request, reply);
    }

    @Override
    public Body encode(Body reply) {
        return isGrpc ? payload.writeProto(request, reply, true) : payload.writeJson(request, reply);
    }

    @Override
    public void release() {
        request.release();
    }
}
