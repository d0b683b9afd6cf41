package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Finds the messages in a stream of gRPC's. For the small ones of services that steer: what has come of a message is paid for
 * until it is complete. For one thread.
 */
final class GrpcDeframer {
    /** Names of services, files and symbols. */
    static final int LARGEST = 16 * 1024;

    private final MemoryBudget budget;
    private final BodyEncoding encoding;
    private final Consumer<byte[]> messages;
    private final byte[] prefix = new byte[GrpcPrefix.LENGTH];
    private int prefixed;
    private byte[] message = {};
    private int filled;
    private int paid;
    private boolean closed;

    /** @param messages is given each message, whole and decompressed */
    GrpcDeframer(MemoryBudget budget, BodyEncoding encoding, Consumer<byte[]> messages) {
        this.budget = budget;
        this.encoding = encoding;
        this.messages = messages;
    }

    /**
     * Takes in what came, up to the end of the first message in it.
     *
     * @param from where to begin in {@code data}
     * @return where the rest begins
     * @throws PredictException for what is no message, or too large a one
     */
    int add(Buffer data, int from) {
        int at = from;
        while (!closed && at < data.length()) {
            if (prefixed < GrpcPrefix.LENGTH) {
                int count = Math.min(GrpcPrefix.LENGTH - prefixed, data.length() - at);
                data.getBytes(at, at + count, prefix, prefixed);
                prefixed += count;
                at += count;
                if (prefixed == GrpcPrefix.LENGTH) {
                    makeRoom();
                }
            } else {
                int count = Math.min(message.length - filled, data.length() - at);
                data.getBytes(at, at + count, message, filled);
                filled += count;
                at += count;
            }
            if (isComplete()) {
                deliver();
                return at;
            }
        }
        return at;
    }

    private boolean isComplete() {
        return prefixed == GrpcPrefix.LENGTH && filled == message.length;
    }

    private void makeRoom() {
        long length = GrpcPrefix.length(prefix, 0);
        if (!GrpcPrefix.isFlag(prefix[0])) {
            throw invalid("a message's compressed flag is " + (prefix[0] & 0xff) + " (expected: 0 or 1)");
        }
        if (prefix[0] == 1 && encoding == BodyEncoding.IDENTITY) {
            throw invalid("a message is compressed, but the call has no grpc-encoding");
        }
        if (length > LARGEST) {
            throw PredictException.of(
                    FailureKind.TOO_LARGE, "a message has " + length + " bytes (expected: at most " + LARGEST + ")");
        }
        if (!budget.tryReserve(length)) {
            throw PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "no memory for the message (--memory-budget is " + budget.limit() + " bytes)",
                    1);
        }
        paid = (int) length;
        message = new byte[paid];
        filled = 0;
    }

    private void deliver() {
        byte[] whole = message;
        boolean compressed = prefix[0] == 1;
        release();
        messages.accept(compressed ? inflated(whole) : whole);
    }

    private byte[] inflated(byte[] compressed) {
        Body body = encoding.decode(new Body(compressed, 0, compressed.length, budget, 0), LARGEST, budget);
        byte[] plain = Arrays.copyOfRange(body.bytes(), body.offset(), body.offset() + body.length());
        body.release();
        return plain;
    }

    /** Whether a message has begun and not ended. */
    boolean isWithinMessage() {
        return prefixed > 0;
    }

    /** Takes in nothing any more, and forgets what has come. */
    void close() {
        closed = true;
        release();
    }

    private void release() {
        budget.release(paid);
        paid = 0;
        prefixed = 0;
        filled = 0;
        message = new byte[0];
    }

    private static PredictException invalid(String why) {
        return PredictException.of(FailureKind.INVALID_REQUEST, why);
    }
}
