package io.merlinadapter.cli.monitoring;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dashboard for Grafana, as its file has it. */
public final class Dashboard {
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final JsonObject json;

    private Dashboard(JsonObject json) {
        this.json = json;
    }

    public static Dashboard read() throws IOException {
        return new Dashboard(new JsonObject(Files.readString(Rules.FOLDER.resolve("grafana-dashboard.json"))));
    }

    public JsonObject json() {
        return json;
    }

    /** Its panels, rows included. */
    public List<JsonObject> all() {
        return objects(json.getJsonArray("panels"));
    }

    public List<JsonObject> panels() {
        return all().stream().filter(panel -> !isRow(panel)).toList();
    }

    public static boolean isRow(JsonObject panel) {
        return panel.getString("type").equals("row");
    }

    public static List<JsonObject> targets(JsonObject panel) {
        return objects(panel.getJsonArray("targets"));
    }

    public List<JsonObject> variables() {
        return objects(json.getJsonObject("templating").getJsonArray("list"));
    }

    /** What one panel asks for, as Grafana would with all variables at All. */
    public List<Expression> expressions(JsonObject panel) {
        return targets(panel).stream()
                .map(target -> new Expression(panel.getString("title"), resolved(target.getString("expr"))))
                .toList();
    }

    /** What all panels ask for, and its variables' values. */
    public List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        panels().forEach(panel -> expressions.addAll(expressions(panel)));
        for (JsonObject variable : variables()) {
            Matcher values = LABEL_VALUES.matcher(variable.getString("definition", ""));
            if (values.matches()) {
                String text = "count by (" + values.group(2) + ") (" + resolved(values.group(1)) + ")";
                expressions.add(new Expression("variable " + variable.getString("name"), text));
            }
        }
        return expressions;
    }

    private String resolved(String expression) {
        String text = expression.replace("$__rate_interval", "1m");
        for (JsonObject variable : variables()) {
            text = text.replace("$" + variable.getString("name") + "\"", variable.getString("allValue") + "\"");
        }
        return text;
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
