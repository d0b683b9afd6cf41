package io.merlinadapter.cli.check;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON for people: what fits stays on one line, all else has its members below it. */
final class PrettyJson {
    private static final int STEP = 2;

    private final int width;
    private final List<String> lines = new ArrayList<>();

    private PrettyJson(int width) {
        this.width = width;
    }

    static List<String> lines(@Nullable Object json, int width) {
        PrettyJson pretty = new PrettyJson(width);
        pretty.write("", json, 0, "");
        return pretty.lines;
    }

    /** @param behind a comma, or nothing */
    private void write(String before, @Nullable Object value, int indent, String behind) {
        String start = " ".repeat(indent) + before;
        String whole = Json.encode(value);
        if (start.length() + whole.length() + behind.length() <= width) {
            lines.add(start + whole + behind);
        } else if (value instanceof JsonObject object) {
            lines.add(start + "{");
            int left = object.size();
            for (String name : object.fieldNames()) {
                left--;
                write(Json.encode(name) + ": ", object.getValue(name), indent + STEP, left > 0 ? "," : "");
            }
            lines.add(" ".repeat(indent) + "}" + behind);
        } else if (value instanceof JsonArray array) {
            lines.add(start + "[");
            for (int i = 0; i < array.size(); i++) {
                write("", array.getValue(i), indent + STEP, i + 1 < array.size() ? "," : "");
            }
            lines.add(" ".repeat(indent) + "]" + behind);
        } else {
            lines.add(start + whole + behind);
        }
    }
}
