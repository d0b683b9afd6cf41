package io.merlinadapter.upi;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code grpc.reflection.v1.ServerReflection}, and {@code v1alpha}, whose messages are the same on the wire: tells tools what
 * is served. Any loop.
 *
 * <p>Its answers are made for the first who asks, because most servers are never asked, and off the loops, because that
 * loads and reads so much that it takes a new process some 0.3 s.
 */
final class ReflectionService {
    private static final Logger LOG = LoggerFactory.getLogger(ReflectionService.class);

    private final Vertx vertx;
    private final Supplier<List<FileDescriptor>> served;
    private volatile @Nullable ReflectionAnswers answers;

    /** About the services in {@code served}, which is asked off the loops. */
    ReflectionService(Vertx vertx, Supplier<List<FileDescriptor>> served) {
        this.vertx = vertx;
        this.served = served;
    }

    /** Answers whatever is asked, one after the other, until the caller asks no more. */
    GrpcCall.Listener answerAll(GrpcCall call) {
        ReflectionAnswers made = answers;
        return new Questions(
                call, made == null ? vertx.executeBlocking(this::make, false) : Future.succeededFuture(made));
    }

    /** Once, however many wait for it. */
    private synchronized ReflectionAnswers make() {
        ReflectionAnswers made = answers;
        if (made == null) {
            made = new ReflectionAnswers(served.get());
            answers = made;
        }
        return made;
    }

    /** One caller's questions. Belongs to the loop of its call. */
    private static final class Questions implements GrpcCall.Listener {
        private final GrpcCall call;
        /** Calls those who wait for it on the loop of the call, in the order in which they came. */
        private final Future<ReflectionAnswers> answers;

        private boolean over;

        Questions(GrpcCall call, Future<ReflectionAnswers> answers) {
            this.call = call;
            this.answers = answers;
            answers.onSuccess(made -> call.proceed()).onFailure(fault -> {
                LOG.error("reflection can't say what is served; please report this", fault);
                call.end(GrpcStatus.INTERNAL, "the adapter can't say what is served; its log has the reason");
            });
        }

        /** Questions that come before there are answers would be kept by nobody who pays for them. */
        @Override
        public boolean isBusy() {
            return !answers.succeeded();
        }

        @Override
        public void message(byte[] bytes) {
            answers.onSuccess(made -> {
                if (!over) {
                    answer(made, bytes);
                }
            });
        }

        private void answer(ReflectionAnswers made, byte[] bytes) {
            try {
                call.send(made.answer(ServerReflectionRequest.parseFrom(bytes)));
            } catch (InvalidProtocolBufferException e) {
                call.end(GrpcStatus.INVALID_ARGUMENT, "the message can't be read: " + e.getMessage());
            }
        }

        @Override
        public void halfClosed() {
            answers.onSuccess(made -> call.end(GrpcStatus.OK, ""));
        }

        @Override
        public void over() {
            over = true;
        }
    }
}
