package io.merlinadapter.cli.run;

import io.merlinadapter.upi.table.PayloadKind;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be sent over UPI_V1 to a program that understands its warm-up request. */
public final class UpiSample {
    private static final String WHOLE = "INTEGER";

    private UpiSample() {}

    /**
     * What the program gets of a request of UPI_V1 that it may not understand, although it understands its warm-up; null if
     * nothing is known of that.
     */
    public static @Nullable String mismatch(String warmup, PayloadKind payload) {
        Object rows = instances(warmup);
        if (payload == PayloadKind.TABLE) {
            return rows == null
                    ? null
                    : "the program gets tables (--upi-payload=table), not \"instances\" as in --warmup; with"
                            + " --upi-payload=instances it gets instances, each a list of values";
        }
        Object first = rows instanceof JsonArray list && !list.isEmpty() ? list.getValue(0) : null;
        return first instanceof JsonObject
                ? "the program gets each row as a list of values in the order of the caller's columns"
                        + " (--upi-payload=instances), not as an object as in --warmup"
                : null;
    }

    private static @Nullable Object instances(String warmup) {
        try {
            return new JsonObject(warmup).getValue("instances");
        } catch (DecodeException noObject) {
            return null;
        }
    }

    /**
     * The request of UPI_V1, as JSON, of which the program would read the first row of its warm-up request; null if no such
     * request is known.
     */
    public static @Nullable String of(String warmup, PayloadKind payload) {
        try {
            JsonObject request = new JsonObject(warmup);
            return payload == PayloadKind.INSTANCES ? ofInstances(request) : ofTable(request);
        } catch (DecodeException | ClassCastException otherwise) {
            return null;
        }
    }

    private static @Nullable String ofInstances(JsonObject request) {
        JsonArray rows = request.getJsonArray("instances");
        Object first = rows == null || rows.isEmpty() ? null : rows.getValue(0);
        if (!(first instanceof JsonArray row)) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            names.add("x" + i);
        }
        return message(names, row.getList(), List.of());
    }

    private static @Nullable String ofTable(JsonObject request) {
        JsonObject table = request.getJsonObject("prediction_table");
        JsonArray rows = table == null ? null : table.getJsonArray("data");
        if (rows == null || rows.isEmpty()) {
            return null;
        }
        List<String> names = new ArrayList<>();
        table.getJsonArray("columns", new JsonArray()).forEach(name -> names.add((String) name));
        List<String> types = new ArrayList<>();
        table.getJsonArray("column_types", new JsonArray()).forEach(type -> types.add((String) type));
        return message(names, rows.getJsonArray(0).getList(), types);
    }

    /** Null if a value is none that UPI has, or there are none. */
    private static @Nullable String message(List<String> names, List<?> values, List<String> types) {
        if (names.isEmpty() || names.size() != values.size() || names.contains("row_id")) {
            return null;
        }
        JsonArray columns = new JsonArray();
        JsonArray cells = new JsonArray();
        for (int i = 0; i < names.size(); i++) {
            Object value = values.get(i);
            String type = type(value, i < types.size() ? types.get(i) : null);
            if (type == null) {
                return null;
            }
            columns.add(new JsonObject().put("name", names.get(i)).put("type", "TYPE_" + type));
            cells.add(value == null ? new JsonObject().put("isNull", true) : cell(type, value));
        }
        JsonObject row = new JsonObject().put("rowId", "1").put("values", cells);
        JsonObject table = new JsonObject().put("columns", columns).put("rows", new JsonArray().add(row));
        return new JsonObject().put("predictionTable", table).encode();
    }

    private static @Nullable String type(@Nullable Object value, @Nullable String declared) {
        if (value instanceof Number) {
            return WHOLE.equals(declared) ? WHOLE : "DOUBLE";
        }
        if (value instanceof String) {
            return declared == null || declared.equals("STRING") ? "STRING" : null;
        }
        return value == null ? "DOUBLE" : null;
    }

    private static JsonObject cell(String type, Object value) {
        return switch (type) {
            case WHOLE -> new JsonObject().put("integerValue", value.toString());
            case "DOUBLE" -> new JsonObject().put("doubleValue", value);
            default -> new JsonObject().put("stringValue", value);
        };
    }
}
