package io.merlinadapter.upi;

import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The messages of UPI_V1 as JSON, in the schemas of OpenAPI 3.0. */
public final class UpiSchemas {
    /** The name of the request's schema. */
    public static final String REQUEST = PredictValuesRequest.getDescriptor().getName();
    /** The name of the response's schema. */
    public static final String RESPONSE = PredictValuesResponse.getDescriptor().getName();

    private static final String TIMESTAMP = "google.protobuf.Timestamp";

    private UpiSchemas() {}

    /** Adds the schemas of request and response, and of all that they are made of. */
    public static void addTo(JsonObject schemas) {
        add(PredictValuesRequest.getDescriptor(), schemas);
        add(PredictValuesResponse.getDescriptor(), schemas);
    }

    private static void add(Descriptor message, JsonObject schemas) {
        if (schemas.containsKey(message.getName())) {
            return;
        }
        JsonObject properties = new JsonObject();
        schemas.put(message.getName(), new JsonObject().put("type", "object").put("properties", properties));
        for (FieldDescriptor field : message.getFields()) {
            JsonObject one = schema(field, schemas);
            properties.put(
                    field.getJsonName(),
                    field.isRepeated() && !field.isMapField()
                            ? new JsonObject().put("type", "array").put("items", one)
                            : one);
        }
    }

    private static JsonObject schema(FieldDescriptor field, JsonObject schemas) {
        return switch (field.getJavaType()) {
            case INT -> type("integer").put("format", "int32");
            // As JSON has it of protobuf: more digits than a double has.
            case LONG -> type("string").put("format", "int64");
            case FLOAT -> type("number").put("format", "float");
            case DOUBLE -> type("number").put("format", "double");
            case BOOLEAN -> type("boolean");
            case STRING -> type("string");
            case BYTE_STRING -> type("string").put("format", "byte");
            case ENUM -> {
                JsonArray names = new JsonArray();
                field.getEnumType().getValues().stream()
                        .map(EnumValueDescriptor::getName)
                        .forEach(names::add);
                yield type("string").put("enum", names);
            }
            case MESSAGE -> message(field.getMessageType(), schemas);
        };
    }

    private static JsonObject message(Descriptor message, JsonObject schemas) {
        if (message.getFullName().equals(TIMESTAMP)) {
            return type("string").put("format", "date-time");
        }
        add(message, schemas);
        return new JsonObject().put("$ref", "#/components/schemas/" + message.getName());
    }

    private static JsonObject type(String name) {
        return new JsonObject().put("type", name);
    }
}
