package io.merlinadapter.cli.run;

import io.merlinadapter.http.exchange.FrontServices;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.routes.PortRouter;
import io.merlinadapter.http.routes.PortRoutes;
import io.merlinadapter.http.server.Front;
import io.merlinadapter.http.server.PortSettings;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.MetricsPage;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Predictor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one prediction over a front before its port opens, with a predictor that answers by itself: Java loads and links
 * what a prediction needs when it is first used, which takes longer than some callers wait. Nothing of it reaches the
 * program, the metrics or the log. It never fails: what goes wrong is only slower later.
 */
final class FrontWarmup {
    private static final Logger LOG = LoggerFactory.getLogger(FrontWarmup.class);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long BUDGET = 1 << 20;
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final Vertx vertx;
    private final FrontSettings settings;
    private final MemoryBudget budget = new MemoryBudget(BUDGET);

    FrontWarmup(Vertx vertx, FrontSettings settings) {
        this.vertx = vertx;
        this.settings = settings.unlogged();
    }

    /** Paid for by the budget of the warm-up, for routes that hold one themselves. */
    MemoryBudget budget() {
        return budget;
    }

    /** Writes a request to a socket and reads its answer. */
    interface Caller {
        void call(Socket socket) throws IOException;
    }

    /**
     * Serves these routes on a port that only this machine can reach, and has them called once. To be called on a Vert.x
     * context.
     *
     * @param reply what the program would have said
     */
    Future<Void> run(PortRoutes.Maker routes, String reply, Caller caller) {
        FrontServices services = new FrontServices(
                new Canned(reply),
                budget,
                AdapterMetrics.NONE,
                accept -> new MetricsPage.Page("text/plain", ""),
                System::nanoTime);
        PortSettings loopback = new PortSettings("127.0.0.1", 0, settings.requestTimeout(), 1, 10, budget);
        return Front.listen(vertx, loopback, PortRouter.of(settings, services, routes))
                .compose(front -> vertx.executeBlocking(() -> call(front.port(), caller), false)
                        .eventually(() -> front.stop(Duration.ZERO)))
                .otherwise(why -> {
                    LOG.debug("the first prediction will be slower", why);
                    return null;
                })
                .mapEmpty();
    }

    private static boolean call(int port, Caller caller) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            caller.call(socket);
            return true;
        }
    }

    /** A POST over HTTP/1.1. */
    static Caller post(String path, String body) {
        return socket -> {
            String request = "POST " + path + " HTTP/1.1\r\nHost: warmup\r\nContent-Length: " + body.length() + "\r\n"
                    + "Content-Type: application/json\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        };
    }

    /** A unary call of gRPC with this message. */
    static Caller grpc(String path, byte[] message) {
        return socket -> {
            Frames out = new Frames();
            out.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.frame(4, 0, 0, new byte[0]);
            Frames headers = new Frames();
            headers.header(":method", "POST");
            headers.header(":scheme", "http");
            headers.header(":path", path);
            headers.header(":authority", "warmup");
            headers.header("content-type", "application/grpc");
            headers.header("te", "trailers");
            out.frame(HEADERS, END_HEADERS, 1, headers.bytes());
            Frames data = new Frames();
            data.raw(new byte[] {0, 0, 0, (byte) (message.length >> 8), (byte) message.length});
            data.raw(message);
            out.frame(0, END_STREAM, 1, data.bytes());
            socket.getOutputStream().write(out.bytes());
            awaitTrailers(new DataInputStream(socket.getInputStream()));
        };
    }

    private static void awaitTrailers(DataInputStream in) throws IOException {
        boolean over = false;
        while (!over) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            over = in.readInt() == 1 && type == HEADERS && (flags & END_STREAM) != 0;
            in.skipNBytes(length);
        }
    }

    /** Says the same to everybody. */
    private final class Canned implements Predictor {
        private final byte[] reply;

        Canned(String reply) {
            this.reply = reply.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public PredictCall predict(PredictRequest request) {
            request.body().release();
            Future<Body> outcome = Future.succeededFuture(Body.copyOf(reply, 0, reply.length, budget));
            return new PredictCall() {
                @Override
                public Future<Body> outcome() {
                    return outcome;
                }

                @Override
                public Timings timings() {
                    return Timings.NONE;
                }

                @Override
                public void cancel() {
                    // It is over.
                }
            };
        }

        @Override
        public Health health() {
            return Health.READY;
        }

        @Override
        public HealthSubscription watchHealth(Consumer<Health> watcher) {
            return () -> {};
        }
    }
}
