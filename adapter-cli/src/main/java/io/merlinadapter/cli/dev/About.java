package io.merlinadapter.cli.dev;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.run.SampleFiles;
import io.merlinadapter.cli.run.UpiSample;
import io.merlinadapter.http.routes.PredictPath;
import io.merlinadapter.upi.table.PayloadKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the page is told once: the model, the ports, and requests that the program should understand. Reads small files. */
final class About {
    private static final int LONGEST_SAMPLE = 64 * 1024;
    private static final String ANY_REQUEST = "{\"instances\": []}";
    private static final String ANY_UPI_REQUEST = "{\"predictionTable\": {\"columns\": [{\"name\": \"x\", \"type\":"
            + " \"TYPE_DOUBLE\"}], \"rows\": [{\"rowId\": \"1\", \"values\": [{\"doubleValue\": 1}]}]}}";

    private final DevSettings settings;
    private final Config config;
    private final Supplier<Map<Option<?>, Integer>> ports;

    /** A sample and where it is from. */
    private record Sample(String json, String from) {}

    About(DevSettings settings, Supplier<Map<Option<?>, Integer>> ports) {
        this.settings = settings;
        this.config = settings.config();
        this.ports = ports;
    }

    JsonObject json() {
        JsonObject about = new JsonObject()
                .put("version", settings.version())
                .put("model", config.get(Options.MODEL_FULL_NAME))
                .put("program", settings.program())
                .put("workers", config.get(Options.WORKERS))
                .put(
                        "folders",
                        new JsonArray(
                                settings.folders().stream().map(Path::toString).toList()));
        Sample http = http();
        Integer httpPort = ports.get().get(Options.HTTP_PORT);
        if (httpPort != null) {
            about.put("http", call(httpPort, PredictPath.of(config.get(Options.MODEL_FULL_NAME)), http));
        }
        Integer upiPort = ports.get().get(Options.GRPC_PORT);
        if (upiPort != null) {
            String mismatch = UpiSample.mismatch(http.json(), config.get(Options.UPI_PAYLOAD));
            about.put("upi", call(upiPort, "/v1/predict", upi(http)).put("mismatch", mismatch));
        }
        return about;
    }

    private static JsonObject call(int port, String path, Sample sample) {
        return new JsonObject()
                .put("port", port)
                .put("path", path)
                .put("sample", sample.json())
                .put("from", sample.from());
    }

    private Sample http() {
        String warmup = config.get(Options.WARMUP).orElse(null);
        if (warmup != null && warmup.length() <= LONGEST_SAMPLE) {
            return new Sample(warmup, "--warmup");
        }
        return sample(SampleFiles.http(config.command(), LONGEST_SAMPLE), ANY_REQUEST);
    }

    private Sample upi(Sample http) {
        SampleFiles.Found file = SampleFiles.upi(config.command(), LONGEST_SAMPLE);
        if (file != null) {
            return sample(file, ANY_UPI_REQUEST);
        }
        PayloadKind payload = config.get(Options.UPI_PAYLOAD);
        String made = http.from().isEmpty() ? null : UpiSample.of(http.json(), payload);
        return made == null ? new Sample(ANY_UPI_REQUEST, "") : new Sample(made, http.from());
    }

    private static Sample sample(SampleFiles.@Nullable Found file, String instead) {
        return file == null ? new Sample(instead, "") : new Sample(file.json(), file.name());
    }
}
