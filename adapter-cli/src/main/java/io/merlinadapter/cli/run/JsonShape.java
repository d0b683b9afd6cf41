package io.merlinadapter.cli.run;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The schema, as OpenAPI 3.0 has them, of values of the shape of one: names and types, nothing required. */
final class JsonShape {
    private JsonShape() {}

    static JsonObject of(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            JsonObject properties = new JsonObject();
            object.fieldNames().forEach(name -> properties.put(name, of(object.getValue(name))));
            return new JsonObject().put("type", "object").put("properties", properties);
        }
        if (value instanceof JsonArray array) {
            return new JsonObject().put("type", "array").put("items", ofItems(array));
        }
        if (value instanceof Number) {
            // A whole number in a sample says nothing of the next one.
            return new JsonObject().put("type", "number");
        }
        if (value instanceof String) {
            return new JsonObject().put("type", "string");
        }
        return value instanceof Boolean ? new JsonObject().put("type", "boolean") : new JsonObject();
    }

    /** One for all, where all have it; null goes with any. */
    private static JsonObject ofItems(JsonArray array) {
        JsonObject shape = null;
        boolean hasNull = false;
        for (int i = 0; i < array.size(); i++) {
            Object item = array.getValue(i);
            hasNull |= item == null;
            JsonObject next = item == null ? shape : of(item);
            shape = shape == null || next == null ? next : both(shape, next);
        }
        JsonObject all = shape == null ? new JsonObject() : shape;
        return hasNull && all.containsKey("type") ? all.put("nullable", true) : all;
    }

    private static JsonObject both(JsonObject one, JsonObject other) {
        if (one.equals(other)) {
            return one;
        }
        boolean areObjects = "object".equals(one.getString("type")) && "object".equals(other.getString("type"));
        if (!areObjects) {
            return new JsonObject();
        }
        JsonObject properties = one.getJsonObject("properties").copy();
        other.getJsonObject("properties").forEach(member -> {
            JsonObject theirs = (JsonObject) member.getValue();
            JsonObject ours = properties.getJsonObject(member.getKey());
            properties.put(member.getKey(), ours == null ? theirs : both(ours, theirs));
        });
        return new JsonObject().put("type", "object").put("properties", properties);
    }
}
