package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A call without a network: the caller's side is played by a test, and what it would hear is kept. */
final class RecordedCall implements GrpcCall {
    final List<byte[]> sent = new ArrayList<>();
    /** Completes when the call is over. */
    final CompletableFuture<Void> gone = new CompletableFuture<>();

    GrpcStatus status;
    String why;

    /** Where it began, and where it was ended. */
    final Context begunOn = Vertx.currentContext();

    Context endedOn;

    private Listener listener;
    private boolean over;

    RecordedCall(Method method) {
        listener = method.begin(this);
        if (over) {
            listener.over();
        }
    }

    @Override
    public void send(byte[] message) {
        if (!over) {
            sent.add(message);
        }
    }

    @Override
    public void proceed() {
        // What is said here is said at once.
    }

    @Override
    public void end(GrpcStatus with, String message) {
        if (!over) {
            status = with;
            why = message;
            endedOn = Vertx.currentContext();
            leave();
        }
    }

    /** The caller sends a message. */
    RecordedCall say(byte[] message) {
        listener.message(message);
        return this;
    }

    RecordedCall say(MessageLite message) {
        return say(message.toByteArray());
    }

    /** The caller has sent all. */
    RecordedCall halfClose() {
        listener.halfClosed();
        return this;
    }

    /** The caller goes away. */
    void leave() {
        if (!over) {
            over = true;
            // A method may end a call while it begins.
            if (listener != null) {
                listener.over();
            }
            gone.complete(null);
        }
    }

    /** What has been sent, read as the caller would. */
    <T> List<T> read(Parser<T> parser) {
        return sent.stream().map(message -> read(parser, message)).toList();
    }

    private static <T> T read(Parser<T> parser, byte[] message) {
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** The one message of a call that went well. */
    <T> T answer(Parser<T> parser) {
        assertThat(status).as(why).isEqualTo(GrpcStatus.OK);
        assertThat(sent).hasSize(1);
        return read(parser).get(0);
    }
}
