package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.http.exchange.JsonCodec;
import io.merlinadapter.memory.Body;
import io.merlinadapter.upi.table.UpiPayload;

/** UPI's messages written as JSON, as a transformer of Merlin's sends them when told to use HTTP. */
final class UpiJsonCodec extends JsonCodec {
    /** JSON becomes protobuf, and that the program's JSON. */
    private static final double GROWTH = 2;

    private final UpiPayload payload;

    UpiJsonCodec(UpiPayload payload, BodyEncoding.Limits limits) {
        super(UpiRoutes.PROTOCOL, GROWTH, limits);
        this.payload = payload;
    }

    @Override
    protected Question question(Body json) {
        return new UpiQuestion(payload, payload.readJson(json), false);
    }
}
