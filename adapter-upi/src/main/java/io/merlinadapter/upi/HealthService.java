package io.merlinadapter.upi;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthListRequest;
import io.grpc.health.v1.HealthListResponse;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.text.Texts;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc.health.v1.Health}: says of the whole and of the services that predict, which are one thing here, whether a
 * prediction would be answered now. Holds nothing that changes; any loop.
 */
final class HealthService {
    /** The server as a whole has no name. */
    private static final String ALL = "";

    /** What a refusal repeats of the caller's words at most: it travels in a header. */
    private static final int REPEATED = 100;

    private final Predictor predictor;
    private final List<String> services;

    /**
     * The health of {@code predictor}.
     *
     * @param service the full name of the service that stands and falls with it
     */
    HealthService(Predictor predictor, String service) {
        this.predictor = predictor;
        this.services = List.of(ALL, service);
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    private static ServingStatus status(Health health) {
        return health.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** How the service stands that the caller names. */
    GrpcCall.Listener check(GrpcCall call) {
        return new OneRequest<>(call, HealthCheckRequest.parser(), request -> {
            if (services.contains(request.getService())) {
                call.send(response(status(predictor.health())).toByteArray());
                call.end(GrpcStatus.OK, "");
            } else {
                call.end(
                        GrpcStatus.NOT_FOUND,
                        "no service named " + Texts.quote(request.getService(), REPEATED)
                                + " is served here (expected: \"" + String.join("\" or \"", services) + "\")");
            }
        });
    }

    /** How each service stands. */
    GrpcCall.Listener list(GrpcCall call) {
        return new OneRequest<>(call, HealthListRequest.parser(), request -> {
            HealthCheckResponse each = response(status(predictor.health()));
            HealthListResponse.Builder all = HealthListResponse.newBuilder();
            services.forEach(service -> all.putStatuses(service, each));
            call.send(all.build().toByteArray());
            call.end(GrpcStatus.OK, "");
        });
    }

    /** How the service stands that the caller names, and again whenever that changes, for as long as the caller stays. */
    GrpcCall.Listener watch(GrpcCall call) {
        Watch watch = new Watch(call);
        return new OneRequest<>(call, HealthCheckRequest.parser(), watch::begin, watch::stop);
    }

    private final class Watch {
        private final GrpcCall call;
        private Predictor.@Nullable HealthSubscription subscription;
        private @Nullable ServingStatus told;

        Watch(GrpcCall call) {
            this.call = call;
        }

        void begin(HealthCheckRequest request) {
            if (services.contains(request.getService())) {
                // In this order nothing that changes in between is missed.
                subscription = predictor.watchHealth(health -> tell(status(health)));
                tell(status(predictor.health()));
            } else {
                // Not an end: clients would come back again and again. Services are never added, so it stays so.
                tell(ServingStatus.SERVICE_UNKNOWN);
            }
        }

        /** Reasons change without the status. */
        private void tell(ServingStatus status) {
            if (status != told) {
                told = status;
                call.send(response(status).toByteArray());
            }
        }

        void stop() {
            if (subscription != null) {
                subscription.stop();
            }
        }
    }

    /**
     * What a caller sends to a method that takes one message: hands it on when the caller has said that it is all, and ends the
     * call if it is not one message, or none that can be read. Belongs to the loop of its call.
     */
    private static final class OneRequest<T> implements GrpcCall.Listener {
        private final GrpcCall call;
        private final Parser<T> parser;
        private final Consumer<T> asked;
        private final Runnable left;
        private @Nullable T request;
        private boolean done;

        /** For a method that has nothing to tidy up. */
        OneRequest(GrpcCall call, Parser<T> parser, Consumer<T> asked) {
            this(call, parser, asked, () -> {});
        }

        /**
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
            if (!done && request != null) {
                refuse(GrpcStatus.INTERNAL, "a second message came (expected: one)");
            } else if (!done) {
                try {
                    request = parser.parseFrom(bytes);
                } catch (InvalidProtocolBufferException e) {
                    refuse(GrpcStatus.INVALID_ARGUMENT, "the message can't be read: " + e.getMessage());
                }
            }
        }

        @Override
        public void halfClosed() {
            if (!done && request == null) {
                // Not UNIMPLEMENTED, as gRPC's table of codes has it: to one who watches, that means that the method is
                // not
                // there.
                refuse(GrpcStatus.INTERNAL, "the call ended without a message (expected: one, which may be empty)");
            } else if (!done) {
                done = true;
                asked.accept(request);
            }
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
}
