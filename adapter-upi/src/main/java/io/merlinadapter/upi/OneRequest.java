package io.merlinadapter.upi;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a caller sends to a method that takes one message: hands it on when the caller has said that it is all, and ends the
 * call if it is not one message, or none that can be read. Belongs to the loop of its call.
 */
final class OneRequest<T> implements GrpcCall.Listener {
    private final GrpcCall call;
    private final Parser<T> parser;
    private final Consumer<T> asked;
    private final Runnable left;
    private @Nullable T request;
    private boolean done;

    /** For a method whose answer is one message, and which has nothing to tidy up. */
    OneRequest(GrpcCall call, Parser<T> parser, Consumer<T> asked) {
        this(call, parser, asked, () -> {});
    }

    /**
     * The beginning of a call.
     *
     * @param asked called at most once, and not when the call is over
     * @param left called when the call is over, whatever came of it
     */
    OneRequest(GrpcCall call, Parser<T> parser, Consumer<T> asked, Runnable left) {
        this.call = call;
        this.parser = parser;
        this.asked = asked;
        this.left = left;
    }

    @Override
    public void message(byte[] bytes) {
        if (done) {
            return;
        }
        if (request != null) {
            refuse(GrpcStatus.INTERNAL, "a second message came (expected: one)");
            return;
        }
        try {
            request = parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            refuse(GrpcStatus.INVALID_ARGUMENT, "the message can't be read: " + e.getMessage());
        }
    }

    @Override
    public void halfClosed() {
        if (done) {
            return;
        }
        if (request == null) {
            // Not UNIMPLEMENTED, as gRPC's table of codes has it: to one who watches, that means that the method is not
            // there.
            refuse(GrpcStatus.INTERNAL, "the call ended without a message (expected: one, which may be empty)");
            return;
        }
        done = true;
        asked.accept(request);
    }

    private void refuse(GrpcStatus status, String why) {
        done = true;
        call.end(status, why);
    }

    @Override
    public void over() {
        done = true;
        left.run();
    }
}
