package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.JsonCodec;
import io.merlinadapter.http.exchange.OpenRequests;
import io.merlinadapter.http.routes.PortRoutes;
import io.merlinadapter.http.routes.PredictPath;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.upi.table.UpiPayload;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Predictions by UPI_V1: by gRPC, and as JSON at {@code POST /v1/predict} and {@code POST /v1/models/{name}:predict}.
 * Beside them gRPC's health and reflection.
 */
public final class UpiRoutes implements PortRoutes {
    /** Its name, in metrics and to the program. */
    public static final String PROTOCOL = "UPI_V1";

    /** The path of the prediction method. */
    public static final String PREDICT = "/" + MethodTable.UPI + "/PredictValues";

    private static final String JSON = "/v1/predict";
    /** JSON becomes protobuf, and that the program's JSON; eight bytes of a double become up to twenty of JSON. */
    static final double GROWTH = 2;

    private final Exchanges exchanges;
    private final GrpcCodec grpc;
    private final JsonCodec json;
    private final Map<String, GrpcCall.Method> methods;
    private final Set<GrpcStreamCall> calls = new HashSet<>();
    /** They may last for ever, so they may have a part of the memory only. */
    private final int mostCalls;

    private boolean left;

    /** The routes on one event loop; {@code payload} may be shared. */
    public UpiRoutes(Exchanges exchanges, UpiPayload payload) {
        this.exchanges = exchanges;
        Predictor predictor = exchanges.services().predictor();
        this.grpc = new GrpcCodec(payload, predictor, exchanges.bodyLimits());
        this.json = new JsonCodec(PROTOCOL, GROWTH, exchanges.bodyLimits()) {
            @Override
            protected Question question(Body json) {
                return new UpiQuestion(payload, payload.readJson(json, predictor.takesArrowTables()), false);
            }
        };
        this.mostCalls = OpenRequests.most(exchanges.services().budget().limit() / 8);
        this.methods = MethodTable.of(exchanges.vertx(), exchanges.services().predictor());
    }

    /** The statuses that predictions are answered with, beside those that a program asks for: gRPC's numbers. */
    public static Set<Integer> codes() {
        return GrpcErrors.codes();
    }

    @Override
    public boolean take(HttpServerRequest request) {
        if (GrpcText.isGrpc(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            call(request);
            return true;
        }
        String path = request.path();
        String model = JSON.equals(path) ? exchanges.settings().names().fullName() : PredictPath.modelIn(path);
        if (model == null) {
            return false;
        }
        exchanges.predictByPost(request, json, model);
        return true;
    }

    private void call(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2 || !request.method().equals(HttpMethod.POST)) {
            exchanges.refuse(
                    request,
                    415,
                    "gRPC over " + request.version() + " " + request.method() + " (expected: HTTP/2 POST)");
            return;
        }
        String path = request.path();
        if (PREDICT.equals(path)) {
            exchanges.predict(request, grpc, null);
            return;
        }
        GrpcStreamCall call = new GrpcStreamCall(exchanges, request, calls::remove);
        GrpcCall.Method method = methods.get(path);
        if (method == null) {
            call.end(GrpcStatus.UNIMPLEMENTED, "there is no method " + path + " (reflection lists the methods)");
        } else if (left) {
            call.end(GrpcStatus.UNAVAILABLE, "the adapter is stopping");
        } else if (calls.size() >= mostCalls) {
            call.end(
                    GrpcStatus.RESOURCE_EXHAUSTED,
                    "as many calls of health and reflection are open as may be: " + calls.size()
                            + " (--memory-budget sets the limit)");
        } else {
            calls.add(call);
            call.begin(method);
        }
    }

    @Override
    public String describe() {
        return "gRPC " + PREDICT + ", POST " + JSON + ", POST "
                + PredictPath.of(exchanges.settings().names().fullName());
    }

    @Override
    public void leave() {
        left = true;
        // Behind what those who watch have yet to hear of the stop.
        exchanges.context().runOnContext(v -> {
            List<GrpcStreamCall> open = new ArrayList<>(calls);
            open.forEach(call -> call.end(GrpcStatus.UNAVAILABLE, "the adapter is stopping"));
        });
    }
}
