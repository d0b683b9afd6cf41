package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.Refusal;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Set;
import java.util.TreeSet;

/** The one place where kinds of failure become gRPC statuses. */
final class GrpcErrors {
    private static final int UNSUPPORTED_ENCODING = 415;

    private GrpcErrors() {}

    /** The numbers of the statuses that predictions are answered with, beside those that a program asks for. */
    static Set<Integer> codes() {
        Set<Integer> codes = new TreeSet<>(Set.of(GrpcStatus.OK.code, GrpcStatus.UNIMPLEMENTED.code));
        for (FailureKind kind : FailureKind.values()) {
            codes.add(status(Refusal.of(PredictException.of(kind, ""))).code);
        }
        return codes;
    }

    static GrpcStatus status(Refusal refusal) {
        return switch (refusal.kind()) {
            // The protocol wants this one for an encoding that the server does not know.
            case INVALID_REQUEST ->
                refusal.status() == UNSUPPORTED_ENCODING ? GrpcStatus.UNIMPLEMENTED : GrpcStatus.INVALID_ARGUMENT;
            case UNKNOWN_MODEL -> GrpcStatus.NOT_FOUND;
            case TOO_LARGE -> GrpcStatus.RESOURCE_EXHAUSTED;
            case OVERLOADED, NOT_READY -> GrpcStatus.UNAVAILABLE;
            case DEADLINE -> GrpcStatus.DEADLINE_EXCEEDED;
            case MODEL_FAILED -> modelStatus(refusal.status());
            case WORKER_LOST, BAD_REPLY, INTERNAL -> GrpcStatus.INTERNAL;
        };
    }

    /** As google.rpc.Code has it. 503 is not the child's to say, so that UNAVAILABLE still means that it never saw this. */
    private static GrpcStatus modelStatus(int http) {
        return switch (http) {
            case 400, 422 -> GrpcStatus.INVALID_ARGUMENT;
            case 401 -> GrpcStatus.UNAUTHENTICATED;
            case 403 -> GrpcStatus.PERMISSION_DENIED;
            case 404 -> GrpcStatus.NOT_FOUND;
            case 408, 504 -> GrpcStatus.DEADLINE_EXCEEDED;
            case 409 -> GrpcStatus.ABORTED;
            case 412 -> GrpcStatus.FAILED_PRECONDITION;
            case 413, 429 -> GrpcStatus.RESOURCE_EXHAUSTED;
            case 416 -> GrpcStatus.OUT_OF_RANGE;
            case 501 -> GrpcStatus.UNIMPLEMENTED;
            default -> GrpcStatus.INTERNAL;
        };
    }
}
