package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
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

    private static final int FIRST = 256;

    private final MemoryBudget budget;
    private final BodyEncoding encoding;
    private final Consumer<byte[]> messages;
    private final byte[] prefix = new byte[GrpcPrefix.LENGTH];
    private final BudgetedBuffer message;
    private int prefixed;
    private int length;
    private boolean closed;

    /** @param messages is given each message, whole and decompressed */
    GrpcDeframer(MemoryBudget budget, BodyEncoding encoding, Consumer<byte[]> messages) {
        this.budget = budget;
        this.encoding = encoding;
        this.messages = messages;
        this.message = new BudgetedBuffer(budget, FIRST, LARGEST, 0);
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
            int count;
            if (prefixed < GrpcPrefix.LENGTH) {
                count = Math.min(GrpcPrefix.LENGTH - prefixed, data.length() - at);
                data.getBytes(at, at + count, prefix, prefixed);
                prefixed += count;
                if (prefixed == GrpcPrefix.LENGTH) {
                    begin();
                }
            } else {
                count = Math.min(length - message.length(), data.length() - at);
                take(data, at, count);
            }
            at += count;
            if (isComplete()) {
                deliver();
                return at;
            }
        }
        return at;
    }

    private boolean isComplete() {
        return prefixed == GrpcPrefix.LENGTH && message.length() == length;
    }

    private void begin() {
        long announced = GrpcPrefix.length(prefix, 0);
        if (!GrpcPrefix.isFlag(prefix[0])) {
            throw invalid("a message's compressed flag is " + (prefix[0] & 0xff) + " (expected: 0 or 1)");
        }
        if (prefix[0] == 1 && encoding == BodyEncoding.IDENTITY) {
            throw invalid("a message is compressed, but the call has no grpc-encoding");
        }
        if (announced > LARGEST) {
            throw PredictException.of(
                    FailureKind.TOO_LARGE, "a message has " + announced + " bytes (expected: at most " + LARGEST + ")");
        }
        length = (int) announced;
    }

    private void take(Buffer data, int at, int count) {
        if (!message.add(count, (target, to) -> data.getBytes(at, at + count, target, to))) {
            throw PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "no memory for the message (--memory-budget is " + budget.limit() + " bytes)",
                    1);
        }
    }

    private void deliver() {
        boolean compressed = prefix[0] == 1;
        Body body = length == 0 ? new Body(new byte[0], 0, 0, budget, 0) : message.take();
        release();
        Body plain = compressed ? encoding.decode(body, new BodyEncoding.Limits(LARGEST, budget)) : body;
        byte[] bytes = Arrays.copyOfRange(plain.bytes(), plain.offset(), plain.offset() + plain.length());
        plain.release();
        messages.accept(bytes);
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
        message.clear();
        prefixed = 0;
        length = 0;
    }

    private static PredictException invalid(String why) {
        return PredictException.of(FailureKind.INVALID_REQUEST, why);
    }
}
