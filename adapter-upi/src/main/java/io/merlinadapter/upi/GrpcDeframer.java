package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages in a stream of gRPC's. For the small ones of services that steer: what has come is paid for until it
 * is taken as a message. For one thread.
 */
final class GrpcDeframer {
    /** Names of services, files and symbols. */
    static final int LARGEST = 16 * 1024;

    private final MemoryBudget budget;
    private final BodyEncoding encoding;
    private Buffer came = Buffer.buffer();
    private int at;

    GrpcDeframer(MemoryBudget budget, BodyEncoding encoding) {
        this.budget = budget;
        this.encoding = encoding;
    }

    /** @throws PredictException if there is no memory for it */
    void add(Buffer data) {
        if (!budget.tryReserve(data.length())) {
            throw PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "no memory for the message (--memory-budget is " + budget.limit() + " bytes)",
                    1);
        }
        if (at > 0) {
            came = came.getBuffer(at, came.length());
            at = 0;
        }
        came.appendBuffer(data);
    }

    /**
     * The next message that is there as a whole, decompressed; null if there is none.
     *
     * @throws PredictException for what is no message, or too large a one
     */
    byte @Nullable [] next() {
        int behindPrefix = at + GrpcPrefix.LENGTH;
        if (came.length() < behindPrefix) {
            return null;
        }
        boolean compressed = GrpcPrefix.isCompressed(came.getByte(at), encoding);
        long length = came.getUnsignedInt(at + 1);
        if (length > LARGEST) {
            throw PredictException.of(
                    FailureKind.TOO_LARGE, "a message has " + length + " bytes (expected: at most " + LARGEST + ")");
        }
        int end = behindPrefix + (int) length;
        if (came.length() < end) {
            return null;
        }
        Body message = new Body(came.getBytes(behindPrefix, end), 0, (int) length, budget, end - at);
        at = end;
        Body plain = compressed ? encoding.decode(message, new BodyEncoding.Limits(LARGEST, budget)) : message;
        byte[] bytes = Arrays.copyOfRange(plain.bytes(), plain.offset(), plain.offset() + plain.length());
        plain.release();
        return bytes;
    }

    /** Whether something has come that was not taken. */
    boolean hasMore() {
        return at < came.length();
    }

    /** Forgets what has come. */
    void close() {
        budget.release(came.length() - at);
        came = Buffer.buffer();
        at = 0;
    }
}
