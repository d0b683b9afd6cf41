package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Scene.Seen;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.run.UpiSample;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.UpiRoutes;
import io.merlinadapter.upi.table.UpiPayload;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether it can be called by gRPC, and what the platform sees. */
final class FrontCheck {
    private static final String UPI = "upi";
    private static final String PLATFORM = "platform";
    private static final String UPI_JSON = "/v1/predict";
    private static final String GRPC_HEALTH = "/grpc.health.v1.Health/Check";
    private static final byte[] SERVING = {8, 1};
    private static final long BUDGET = 64 << 20;
    private static final int WORDS = 4;

    private final Scene scene;

    FrontCheck(Scene scene) {
        this.scene = scene;
    }

    void run(List<Sample> upiSamples, @Nullable Sample sample) throws InterruptedException {
        if (scene.grpcPort >= 0) {
            List<Sample> known = new ArrayList<>(upiSamples);
            String warmup = sample == null ? null : sample.body().toString();
            if (known.isEmpty() && sample != null) {
                String made = UpiSample.of(sample.body().toString(), scene.config.get(Options.UPI_PAYLOAD));
                if (made != null) {
                    known.add(new Sample("made of " + sample.name(), Buffer.buffer(made), false));
                }
            }
            if (known.isEmpty()) {
                unknown(warmup);
            }
            for (Sample one : known) {
                upi(one);
            }
        }
        platform();
    }

    private void unknown(@Nullable String warmup) {
        String mismatch = warmup == null ? null : UpiSample.mismatch(warmup, scene.config.get(Options.UPI_PAYLOAD));
        scene.findings.add(
                Verdict.of(
                                Kind.NOTE,
                                UPI,
                                null,
                                "gRPC was not tried, for want of a request of UPI_V1"
                                        + (mismatch == null
                                                ? ""
                                                : ". Note that " + mismatch.replace("in --warmup", "in the sample")))
                        .advice(
                                "give one, as JSON: --upi-request=@upi-request.json; or serve no UPI_V1: --protocol=http_json"));
    }

    private void upi(Sample sample) throws InterruptedException {
        scene.report.progress("asking by UPI_V1", -1);
        Buffer message;
        try {
            message = toProto(sample.body());
        } catch (PredictException e) {
            scene.findings.add(Verdict.of(Kind.FAIL, UPI, sample.name(), String.valueOf(e.getMessage())));
            return;
        }
        Seen json = scene.ask(new Caller.Target(scene.grpcPort, UPI_JSON, false), sample.body(), scene.patience());
        long mark = scene.log.mark();
        Seen grpc = scene.ask(new Caller.Target(scene.grpcPort, UpiRoutes.PREDICT, true), message, scene.patience());
        grpc.remarks().forEach(remark -> scene.findings.remark(UPI, remark));
        if (grpc.answer().isGood() && json.answer().isGood()) {
            scene.findings.add(Verdict.of(
                            Kind.OK,
                            UPI,
                            sample.name(),
                            "gRPC OK after " + Scene.millis(grpc.answer().millis()) + ", "
                                    + grpc.answer().body().length() + " bytes; as JSON 200 after "
                                    + Scene.millis(json.answer().millis()))
                    .details(
                            json.answer().body().length() > 400
                                    ? List.of()
                                    : List.of(json.answer().body().toString().strip())));
            return;
        }
        boolean ended = grpc.death() != null;
        String last = Cures.lastLine(grpc.words());
        scene.findings.add(Verdict.of(
                        sample.given() ? Kind.FAIL : Kind.WARN,
                        UPI,
                        sample.name(),
                        "gRPC status " + grpc.answer().grpcStatus() + ": "
                                + grpc.answer().body() + (last.isEmpty() ? "" : "; its last words: " + last))
                .details(
                        grpc.words().size() < 2
                                ? List.of()
                                : grpc.words()
                                        .subList(
                                                Math.max(0, grpc.words().size() - WORDS),
                                                grpc.words().size()))
                .advice("the program gets "
                        + scene.config.get(Options.UPI_PAYLOAD).name().toLowerCase(Locale.ROOT)
                        + " of UPI_V1 (--upi-payload); serve no UPI_V1 with --protocol=http_json"));
        if (ended) {
            long unused = scene.awaitRestart(mark);
        }
    }

    private Buffer toProto(Buffer json) {
        MemoryBudget budget = new MemoryBudget(BUDGET);
        UpiPayload payload = new UpiPayload(
                scene.config.get(Options.UPI_PAYLOAD),
                scene.config.get(Options.MODEL_NAME),
                scene.config.get(Options.MODEL_VERSION),
                budget,
                scene.config.get(Options.MAX_BODY),
                scene.config.get(Options.MAX_REPLY),
                difference -> {});
        byte[] bytes = json.getBytes();
        Body proto = payload.toProto(Body.copyOf(bytes, 0, bytes.length, budget));
        Buffer message = Buffer.buffer().appendBytes(proto.bytes(), proto.offset(), proto.length());
        proto.release();
        return message;
    }

    /** Readiness, liveness and metrics, on each port. */
    private void platform() throws InterruptedException {
        List<String> bad = new ArrayList<>();
        List<String> good = new ArrayList<>();
        for (int port : new int[] {scene.httpPort, scene.grpcPort}) {
            if (port >= 0) {
                look(port, "/v1/models/" + scene.config.get(Options.MODEL_FULL_NAME), bad, good);
                look(port, "/", bad, good);
                look(port, "/metrics", bad, good);
            }
        }
        if (scene.grpcPort >= 0) {
            Answer health = scene.caller.ask(
                    new Caller.Target(scene.grpcPort, GRPC_HEALTH, true),
                    Buffer.buffer(),
                    scene.patience(),
                    scene.caller.nextId());
            boolean serving = health.isGood() && health.body().equals(Buffer.buffer(SERVING));
            (serving ? good : bad)
                    .add("gRPC health " + (serving ? "SERVING" : health.grpcStatus() + " " + health.body()));
        }
        if (bad.isEmpty()) {
            scene.findings.add(Verdict.of(
                    Kind.OK,
                    PLATFORM,
                    null,
                    String.join(", ", good.stream().distinct().toList())));
        } else {
            scene.findings.add(Verdict.of(Kind.FAIL, PLATFORM, null, String.join(", ", bad))
                    .advice("readiness follows the program: see what ended it above"));
        }
    }

    private void look(int port, String path, List<String> bad, List<String> good) throws InterruptedException {
        Answer answer = scene.caller.get(port, path);
        (answer.status() == 200 ? good : bad).add("GET " + path + " " + answer.status());
    }
}
