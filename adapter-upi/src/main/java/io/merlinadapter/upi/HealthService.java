package io.merlinadapter.upi;

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

    static ServingStatus status(Health health) {
        return health.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** How the service stands that the caller names. */
    GrpcCall.Listener check(GrpcCall call) {
        return new OneRequest<>(call, HealthCheckRequest.parser(), request -> {
            if (services.contains(request.getService())) {
                call.send(response(status(predictor.health())).toByteArray());
                call.end(GrpcStatus.OK, "");
            } else {
                call.end(GrpcStatus.NOT_FOUND, unknown(request.getService()));
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
        HealthWatcher watcher = new HealthWatcher(call, predictor);
        return new OneRequest<>(
                call,
                HealthCheckRequest.parser(),
                request -> {
                    if (services.contains(request.getService())) {
                        watcher.begin();
                    } else {
                        // Not an end: clients would come back again and again. Services are never added, so it stays
                        // so.
                        call.send(response(ServingStatus.SERVICE_UNKNOWN).toByteArray());
                    }
                },
                watcher::stop);
    }

    static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    private String unknown(String service) {
        return "no service named " + Texts.quote(service, REPEATED) + " is served here (expected: \""
                + String.join("\" or \"", services) + "\")";
    }
}
