package io.merlinadapter.cli.check;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a caller got.
 *
 * @param status the HTTP status; 0 if there was no answer
 * @param body what came, or why nothing came
 * @param nanos from the call to the last byte
 * @param grpcStatus gRPC's own status; null over HTTP
 */
record Answer(int status, Buffer body, long nanos, @Nullable String grpcStatus) {

    boolean isGood() {
        return status == 200 && (grpcStatus == null || grpcStatus.equals("0"));
    }

    /** The value that its JSON stands for; null if it is none. */
    @Nullable
    Object json() {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException noJson) {
            return null;
        }
    }

    /** The reason of an answer that is an error. */
    String error() {
        return json() instanceof JsonObject object && object.getValue("error") != null
                ? String.valueOf(object.getValue("error"))
                : body.toString();
    }

    /** How many predictions there are; below 0 if it has no list of them. */
    int predictions() {
        return json() instanceof JsonObject object && object.getValue("predictions") instanceof JsonArray list
                ? list.size()
                : -1;
    }

    /** What all predictions are, as JSON, if that is one of {@code values}; null if it is not, or there are none. */
    @Nullable
    String onlyPrediction(Set<String> values) {
        if (!(json() instanceof JsonObject object && object.getValue("predictions") instanceof JsonArray list)) {
            return null;
        }
        Set<String> different = list.stream().map(Json::encode).collect(Collectors.toSet());
        return different.size() == 1 && values.containsAll(different)
                ? different.iterator().next()
                : null;
    }

    double millis() {
        return nanos / 1e6;
    }
}
