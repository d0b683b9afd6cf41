package io.merlinadapter.upi;

import caraml.upi.v1.Upi;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.health.v1.HealthProto;
import io.grpc.reflection.v1.ServerReflectionProto;
import io.merlinadapter.predict.Predictor;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;

/** The methods that every gRPC server should have, and which say nothing to the program. Any thread. */
final class MethodTable {
    /** The service that predicts. */
    static final String UPI = "caraml.upi.v1.UniversalPredictionService";

    private MethodTable() {}

    /** Health and reflection, by the paths that callers ask for; {@code predictor} is what can be well or unwell. */
    static Map<String, GrpcCall.Method> of(Vertx vertx, Predictor predictor) {
        HealthService health = new HealthService(predictor, UPI);
        ReflectionService reflection = new ReflectionService(vertx, MethodTable::files);
        return Map.of(
                "/grpc.health.v1.Health/Check", health::check,
                "/grpc.health.v1.Health/List", health::list,
                "/grpc.health.v1.Health/Watch", health::watch,
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", reflection::answerAll,
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", reflection::answerAll);
    }

    /** The files of all services, that of the front itself included. Not for a loop: it loads much. */
    static List<FileDescriptor> files() {
        return List.of(
                Upi.getDescriptor(),
                HealthProto.getDescriptor(),
                ServerReflectionProto.getDescriptor(),
                io.grpc.reflection.v1alpha.ServerReflectionProto.getDescriptor());
    }
}
