package io.merlinadapter.upi;

import io.merlinadapter.predict.Predictor;
import java.util.Map;

/** The methods that every gRPC server should have, and which say nothing to the program. Any thread. */
final class MethodTable {
    /** The service that predicts. */
    static final String UPI = "caraml.upi.v1.UniversalPredictionService";

    private MethodTable() {}

    /** Health, by the paths that callers ask for; {@code predictor} is what can be well or unwell. */
    static Map<String, GrpcCall.Method> of(Predictor predictor) {
        HealthService health = new HealthService(predictor, UPI);
        return Map.of(
                "/grpc.health.v1.Health/Check", health::check,
                "/grpc.health.v1.Health/List", health::list,
                "/grpc.health.v1.Health/Watch", health::watch);
    }
}
