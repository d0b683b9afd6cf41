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

    /** Before the name of an annotation, as the place of its expression. */
    public static final String ANNOTATION = "annotation ";

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

    /** Its panels, rows included, and behind each row that is closed the panels in it. */
    public List<JsonObject> all() {
        List<JsonObject> all = new ArrayList<>();
        for (JsonObject panel : objects(json.getJsonArray("panels"))) {
            all.add(panel);
            all.addAll(objects(panel.getJsonArray("panels", new JsonArray())));
        }
        return all;
    }

    /** Those that show figures. */
    public List<JsonObject> panels() {
        return all().stream().filter(panel -> !isRow(panel) && !isText(panel)).toList();
    }

    public static boolean isText(JsonObject panel) {
        return panel.getString("type").equals("text");
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

    /** What all panels and annotations ask for, and its variables' values. */
    public List<Expression> expressions() {
        List<Expression> expressions = new ArrayList<>();
        panels().forEach(panel -> expressions.addAll(expressions(panel)));
        expressions.addAll(annotations());
        for (JsonObject variable : variables()) {
            Matcher values = LABEL_VALUES.matcher(variable.getString("definition", ""));
            if (values.matches()) {
                String text = "count by (" + values.group(2) + ") (" + resolved(values.group(1)) + ")";
                expressions.add(new Expression("variable " + variable.getString("name"), text));
            }
        }
        return expressions;
    }

    /** What its annotations ask for, each with its name. */
    public List<Expression> annotations() {
        return objects(json.getJsonObject("annotations").getJsonArray("list")).stream()
                .filter(annotation -> annotation.containsKey("expr"))
                .map(annotation -> new Expression(
                        ANNOTATION + annotation.getString("name"), resolved(annotation.getString("expr"))))
                .toList();
    }

    private String resolved(String expression) {
        String text = expression.replace("$__rate_interval", "1m");
        for (JsonObject variable : variables()) {
            String reference = "$" + variable.getString("name");
            text = variable.getString("type").equals("textbox")
                    ? text.replace(reference, variable.getString("query"))
                    : text.replace(reference + "\"", variable.getString("allValue") + "\"");
        }
        return text;
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
