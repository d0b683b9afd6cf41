package io.merlinadapter.cli.check;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that the program should understand, and what can be made of it.
 *
 * @param name what people call it: a file, or where it comes from
 * @param given whether somebody said that the program understands it
 */
record Sample(String name, Buffer body, boolean given) {
    static final String INSTANCES = "instances";
    private static final String TABLE = "predictionTable";
    private static final String ROWS = "rows";
    /** As in JSON. */
    static final String FAR = "Zoë, 東京, 😀, \\\"Ωμέγα\\\"";

    private static final String MARK = "letters-of-many-scripts";
    private static final int MOST_TO_GROW = 1 << 16;
    private static final int VARIANTS = 8;

    /** The value of its JSON. */
    @Nullable
    Object json() {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException strange) {
            return null;
        }
    }

    /** Its rows; null if it has no list of them. */
    static @Nullable JsonArray rows(@Nullable Object json) {
        return json instanceof JsonObject object && object.getValue(INSTANCES) instanceof JsonArray list ? list : null;
    }

    int instances() {
        JsonArray rows = rows(json());
        return rows == null ? -1 : rows.size();
    }

    /** Where its values are: its first row that is an object, or else its first row, or else itself. */
    private static @Nullable Object place(@Nullable Object json) {
        JsonArray rows = rows(json);
        if (rows != null && !rows.isEmpty()) {
            for (int i = 0; i < rows.size(); i++) {
                if (rows.getValue(i) instanceof JsonObject row) {
                    return row;
                }
            }
            return rows.getValue(0);
        }
        return json;
    }

    /**
     * A body that was changed, and how.
     *
     * @param what what was done, as in {@code without "km"}
     */
    record Changed(String what, Buffer body) {}

    /** Without the first member of a row; null if there is none. */
    @Nullable
    Changed withoutMember() {
        Object json = json();
        Object place = place(json);
        if (place instanceof JsonObject object && !object.isEmpty()) {
            String first = object.fieldNames().iterator().next();
            object.remove(first);
            return new Changed("without \"" + first + '"', Json.encodeToBuffer(json));
        }
        if (place instanceof JsonArray array && !array.isEmpty()) {
            array.remove(array.size() - 1);
            return new Changed("a row with a value less", Json.encodeToBuffer(json));
        }
        return null;
    }

    /** With a text where a number was; null if there is no number. */
    @Nullable
    Changed textForNumber() {
        Object json = json();
        String where = replaceFirst(place(json), Number.class, "far");
        return where == null ? null : new Changed("a text for the number " + where, Json.encodeToBuffer(json));
    }

    /** With letters of many scripts, in a text that it has or in a member that nobody knows; null if it is no object. */
    @Nullable
    Changed nonAscii() {
        Object json = json();
        String where = replaceFirst(place(json), String.class, MARK);
        if (where != null) {
            return new Changed("non-ASCII text and quotes in " + where, unmarked(json));
        }
        if (json instanceof JsonObject object) {
            object.put("comment", MARK);
            return new Changed("a comment of non-ASCII text and quotes", unmarked(json));
        }
        return null;
    }

    /** As UTF-8 throughout: what writes JSON here would write an escape for half of these. */
    private static Buffer unmarked(@Nullable Object json) {
        return Buffer.buffer(Json.encode(json).replace(MARK, FAR));
    }

    private static @Nullable String replaceFirst(@Nullable Object place, Class<?> kind, String by) {
        if (place instanceof JsonObject object) {
            for (String name : object.fieldNames()) {
                if (kind.isInstance(object.getValue(name))) {
                    object.put(name, by);
                    return '"' + name + '"';
                }
            }
        }
        if (place instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (kind.isInstance(array.getValue(i))) {
                    array.set(i, by);
                    return "at place " + i + " of a row";
                }
            }
        }
        return null;
    }

    /** With its rows again and again until it has so many bytes, or a comment of that length; null if it is no object. */
    @Nullable
    Changed grown(int bytes) {
        if (!(json() instanceof JsonObject object)) {
            return null;
        }
        JsonArray rows = rows(object);
        if (rows != null && !rows.isEmpty()) {
            int times = 1 + bytes / rows.encode().length();
            JsonArray many = new JsonArray();
            for (int i = 0; i < times; i++) {
                many.addAll(rows);
            }
            object.put(INSTANCES, many);
            return new Changed(many.size() + " rows", object.toBuffer());
        }
        object.put("comment", "x".repeat(bytes));
        return new Changed("comment", object.toBuffer());
    }

    /** The same for every reader of JSON, with so many bytes of spaces in it; null if it is no object. */
    @Nullable
    Changed spaced(int bytes) {
        String text = body.toString().strip();
        if (!text.startsWith("{")) {
            return null;
        }
        return new Changed("spaces", Buffer.buffer("{" + " ".repeat(bytes) + text.substring(1)));
    }

    /** With one row of its own, so many times; null if it has no rows. */
    @Nullable
    Buffer ofRows(int number) {
        if (!(json() instanceof JsonObject object)) {
            return null;
        }
        JsonArray rows = rows(object);
        if (rows == null || rows.isEmpty()) {
            return null;
        }
        JsonArray many = new JsonArray();
        for (int i = 0; i < number; i++) {
            many.add(rows.getValue(i % rows.size()));
        }
        return object.put(INSTANCES, many).toBuffer();
    }

    /** Requests of the same kind that should have answers of their own: other numbers, and other numbers of rows. */
    List<Buffer> variants() {
        List<Buffer> variants = new ArrayList<>();
        variants.add(body);
        for (int i = 1; i < VARIANTS; i++) {
            if (json() instanceof JsonObject object) {
                JsonArray rows = rows(object);
                if (rows != null && !rows.isEmpty()) {
                    boolean large = body.length() > MOST_TO_GROW;
                    object.put(INSTANCES, turned(rows, i, large ? 1 + i % rows.size() : i + 1));
                }
                if (object.getValue(TABLE) instanceof JsonObject table
                        && table.getValue(ROWS) instanceof JsonArray some
                        && !some.isEmpty()) {
                    // Each has an id of its own.
                    table.put(ROWS, turned(some, i, 1 + i % some.size()));
                }
                // Smaller numbers are understood more often than larger ones.
                variants.add(Json.encodeToBuffer(scaled(object, 1 - 0.08 * i)));
            }
        }
        return variants;
    }

    private static JsonArray turned(JsonArray rows, int by, int number) {
        JsonArray some = new JsonArray();
        for (int row = 0; row < number; row++) {
            some.add(rows.getValue((row + by) % rows.size()));
        }
        return some;
    }

    private static @Nullable Object scaled(@Nullable Object value, double factor) {
        if (value instanceof JsonObject object) {
            JsonObject other = new JsonObject();
            for (String name : object.fieldNames()) {
                other.put(name, scaled(object.getValue(name), factor));
            }
            return other;
        }
        if (value instanceof JsonArray array) {
            JsonArray other = new JsonArray();
            for (int i = 0; i < array.size(); i++) {
                other.add(scaled(array.getValue(i), factor));
            }
            return other;
        }
        if (value instanceof Integer || value instanceof Long) {
            return Math.round(((Number) value).longValue() * factor);
        }
        return value instanceof Number number ? number.doubleValue() * factor : value;
    }
}
