package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.http.routes.PredictPath;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.upi.UpiSchemas;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The description of what a port serves: OpenAPI 3.0, which more tools read than its successors. Schemas come of the one
 * request that the program is known to understand, or should; what a program answers is known only as far as {@code --reply} says.
 */
final class OpenApi {
    /** Characters of a request that is looked into. */
    private static final int LONGEST_SAMPLE = 64 * 1024;

    private static final String REQUEST = "PredictRequest";
    private static final String REPLY = "PredictReply";

    private final Config config;
    private final @Nullable String sample;
    private final JsonObject schemas = new JsonObject();

    private OpenApi(Config config) {
        this.config = config;
        this.sample = config.get(Options.WARMUP)
                .filter(json -> json.length() <= LONGEST_SAMPLE)
                .orElseGet(() -> text(SampleFiles.http(config.command(), LONGEST_SAMPLE)));
    }

    private static @Nullable String text(SampleFiles.@Nullable Found file) {
        return file == null ? null : file.json();
    }

    /** The document of the port that {@code port} chooses. */
    static JsonObject of(Option<?> port, Config config) {
        return new OpenApi(config).document(port == Options.GRPC_PORT);
    }

    private JsonObject document(boolean upi) {
        String model = config.get(Options.MODEL_FULL_NAME);
        schemas.put("Error", object(new JsonObject().put("error", type("string")), new JsonArray().add("error")));
        JsonObject paths = new JsonObject();
        if (upi) {
            UpiSchemas.addTo(schemas);
            JsonObject example = decoded(upiSample()) instanceof JsonObject object ? object : null;
            paths.put(
                    "/v1/predict",
                    path("post", prediction("predictValues", UpiSchemas.REQUEST, UpiSchemas.RESPONSE, example)));
            paths.put(
                    PredictPath.of(model),
                    path("post", prediction("predictValuesOfModel", UpiSchemas.REQUEST, UpiSchemas.RESPONSE, example)));
        } else {
            Object example = decoded(sample);
            schemas.put(REQUEST, example == null ? new JsonObject() : JsonShape.of(example));
            schemas.put(REPLY, reply());
            paths.put(PredictPath.of(model), path("post", prediction("predict", REQUEST, REPLY, example)));
        }
        addShared(paths, model);
        return new JsonObject()
                .put("openapi", "3.0.3")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", config.get(Options.MODEL_NAME))
                                .put("version", config.get(Options.MODEL_VERSION))
                                .put(
                                        "description",
                                        upi
                                                ? "A model behind merlin-adapter: UPI_V1 as JSON. gRPC is on the same port, and describes itself by reflection."
                                                : "A model behind merlin-adapter: HTTP_JSON."))
                .put("servers", new JsonArray().add(new JsonObject().put("url", "/")))
                .put("paths", paths)
                .put("components", new JsonObject().put("schemas", schemas));
    }

    /** The request of UPI_V1 that is kept beside the program, or else one that is made of the sample. */
    private @Nullable String upiSample() {
        String kept = text(SampleFiles.upi(config.command(), LONGEST_SAMPLE));
        return kept != null || sample == null || decoded(sample) == null
                ? kept
                : UpiSample.of(sample, config.get(Options.UPI_PAYLOAD));
    }

    private static @Nullable Object decoded(@Nullable String json) {
        try {
            return json == null ? null : Json.decodeValue(json);
        } catch (DecodeException strange) {
            return null;
        }
    }

    private JsonObject reply() {
        JsonLines.ReplyKind kind = config.get(Options.REPLY);
        return switch (kind) {
            case ANY -> new JsonObject();
            case OBJECT -> type("object");
            case PREDICTIONS ->
                type("object")
                        .put(
                                "properties",
                                new JsonObject()
                                        .put("predictions", new JsonObject())
                                        .put("prediction_result_table", type("object")));
        };
    }

    private JsonObject prediction(String id, String request, String reply, @Nullable Object example) {
        JsonObject asked = new JsonObject().put("schema", reference(request));
        if (example != null) {
            asked.put("example", example);
        }
        JsonObject responses = new JsonObject()
                .put("200", response("The prediction", reference(reply)))
                .put("400", error("The body is not JSON, or not what was expected"))
                .put("404", error("There is no such model"))
                .put("413", error("The body is too large (--max-body)"))
                .put("502", error("The program failed, or its reply could not be used"))
                .put("503", error("Not ready, or too many requests wait; Retry-After says when to come again"))
                .put("504", error("The deadline has passed"))
                .put("default", error("Another error, such as one that the program asked for"));
        return new JsonObject()
                .put("operationId", id)
                .put("summary", "Predict")
                .put("tags", new JsonArray().add("predictions"))
                .put(
                        "requestBody",
                        new JsonObject()
                                .put("required", true)
                                .put("content", new JsonObject().put("application/json", asked)))
                .put("responses", responses);
    }

    private static void addShared(JsonObject paths, String model) {
        JsonObject named = type("object")
                .put("properties", new JsonObject().put("name", type("string")).put("ready", type("boolean")));
        JsonObject list = type("object")
                .put("properties", new JsonObject().put("models", type("array").put("items", type("string"))));
        JsonObject alive = type("object").put("properties", new JsonObject().put("status", type("string")));
        paths.put(
                PredictPath.of(model).replaceFirst(":predict$", ""),
                path("get", question("ready", "Is a worker ready?", named)));
        paths.put("/v1/models", path("get", question("models", "The model's name", list)));
        paths.put("/", path("get", question("alive", "Is it of any use to wait?", alive)));
        JsonObject page = new JsonObject()
                .put("description", "The metrics")
                .put("content", new JsonObject().put("text/plain", new JsonObject().put("schema", type("string"))));
        paths.put(
                "/metrics",
                path(
                        "get",
                        new JsonObject()
                                .put("operationId", "metrics")
                                .put("summary", "Metrics for Prometheus")
                                .put("tags", new JsonArray().add("operations"))
                                .put(
                                        "responses",
                                        new JsonObject()
                                                .put("200", page)
                                                .put("503", error("No memory for the page")))));
    }

    private static JsonObject question(String id, String summary, JsonObject schema) {
        return new JsonObject()
                .put("operationId", id)
                .put("summary", summary)
                .put("tags", new JsonArray().add("operations"))
                .put(
                        "responses",
                        new JsonObject().put("200", response("Yes", schema)).put("503", response("No", schema)));
    }

    private static JsonObject path(String method, JsonObject operation) {
        return new JsonObject().put(method, operation);
    }

    private static JsonObject error(String description) {
        return response(description, reference("Error"));
    }

    private static JsonObject response(String description, JsonObject schema) {
        return new JsonObject()
                .put("description", description)
                .put("content", new JsonObject().put("application/json", new JsonObject().put("schema", schema)));
    }

    private static JsonObject reference(String schema) {
        return new JsonObject().put("$ref", "#/components/schemas/" + schema);
    }

    private static JsonObject type(String name) {
        return new JsonObject().put("type", name);
    }

    private static JsonObject object(JsonObject properties, JsonArray required) {
        return type("object").put("properties", properties).put("required", required);
    }
}
