package io.merlinadapter.upi;

import io.merlinadapter.http.FrontLoop;
import io.merlinadapter.http.JsonDialect;
import io.merlinadapter.memory.Body;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.upi.table.UpiRequest;
import org.jspecify.annotations.Nullable;

/** A prediction by UPI's messages written as JSON, as a transformer of Merlin's makes it do when told to use HTTP. */
final class UpiJsonDialect extends JsonDialect {
    private final UpiPayload payload;
    private @Nullable UpiRequest asked;

    UpiJsonDialect(FrontLoop loop, UpiPayload payload) {
        super(loop, UpiRoutes.PROTOCOL);
        this.payload = payload;
    }

    @Override
    protected Body translated(Body json) {
        UpiRequest read = payload.readJson(json);
        asked = read;
        return read.takeBody();
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
        return payload.writeJson(request, reply);
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
