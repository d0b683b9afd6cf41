package io.merlinadapter.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;

/**
 * The ceiling: the same Vert.x reads a body and answers with a constant, on one event loop, as the adapter has by default.
 * What HTTP alone costs, with nothing behind it.
 */
public final class ConstantServer {
    private static final Buffer ANSWER = Buffer.buffer("{\"predictions\":[[1.5,2.5,3.5,4.5]]}");

    private ConstantServer() {}

    /** Takes the port. */
    public static void main(String[] arguments) {
        HttpServerOptions options =
                new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(arguments[0]));
        Vertx.vertx()
                .createHttpServer(options)
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .putHeader("content-type", "application/json")
                                .end(ANSWER)))
                .listen()
                .onFailure(fault -> {
                    System.err.println("port " + arguments[0] + ": " + fault.getMessage());
                    System.exit(1);
                });
    }
}
