package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard can be imported as it is, and says of everything what it is. */
class DashboardTest {
    private static final int COLUMNS = 24;
    private static final String ANY_SOURCE = "${datasource}";
    /** Those of Grafana that are used here. */
    private static final Set<String> UNITS = Set.of("none", "s", "bytes", "reqps", "cps", "percentunit");

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern RANGE = Pattern.compile("\\[([^]]*)]");

    private static final Pattern PAGE = Pattern.compile("\\b[\\w/-]+\\.md\\b");

    private final Dashboard dashboard;

    DashboardTest() throws IOException {
        dashboard = Dashboard.read();
    }

    @Test
    void itIsMadeForACurrentGrafanaAndBelongsToNoServer() {
        assertThat(dashboard.json().getInteger("schemaVersion")).isEqualTo(42);
        assertThat(dashboard.json().getValue("id")).isNull();
        assertThat(dashboard.json().getString("uid")).isEqualTo("merlin-adapter");
        assertThat(dashboard.json().containsKey("__inputs")).isFalse();
        assertThat(dashboard.variables())
                .extracting(variable -> variable.getString("name"))
                .containsExactly("datasource", "namespace", "model_name", "model_version", "instance", "latency_goal");
    }

    @Test
    void everyRowIsAQuestionAndHasPanels() {
        // A letter for each: rows, each followed by panels.
        String kinds = dashboard.all().stream()
                .map(panel -> Dashboard.isRow(panel) ? "r" : "p")
                .collect(Collectors.joining());
        assertThat(kinds).matches("(rp+)+");
        assertThat(dashboard.all().stream().filter(Dashboard::isRow))
                .extracting(row -> row.getString("title"))
                .allMatch(title -> title.endsWith("?"));
    }

    @Test
    void theFirstThreeRowsAreOpenAndNoPanelIsLostInAnother() {
        assertThat(dashboard.all().stream().filter(Dashboard::isRow))
                .extracting(row -> row.getBoolean("collapsed"))
                .startsWith(false, false, false, true)
                .doesNotContainSequence(true, false);
        assertThat(dashboard.json().getJsonArray("panels").stream()
                        .map(JsonObject.class::cast)
                        .filter(Dashboard::isRow))
                .allSatisfy(row -> assertThat(row.getJsonArray("panels").isEmpty())
                        .as(row.getString("title"))
                        .isNotEqualTo(row.getBoolean("collapsed")));
    }

    @Test
    void everyPanelSaysWhatItMeansAndInWhichUnit() {
        assertThat(dashboard.panels()).hasSizeGreaterThan(20).allSatisfy(panel -> {
            JsonObject defaults = panel.getJsonObject("fieldConfig").getJsonObject("defaults");
            assertThat(panel.getString("title")).isNotBlank();
            assertThat(panel.getString("description"))
                    .as(panel.getString("title"))
                    .hasSizeBetween(80, 400)
                    .endsWith(".");
            assertThat(UNITS).as(panel.getString("title")).contains(defaults.getString("unit"));
        });
    }

    @Test
    void titlesAndIdsAreUnique() {
        assertThat(dashboard.all())
                .extracting(panel -> panel.getString("title"))
                .doesNotHaveDuplicates();
        assertThat(dashboard.all()).extracting(panel -> panel.getInteger("id")).doesNotHaveDuplicates();
    }

    @Test
    void whatDescriptionsTellToLookAtIsThere() {
        List<String> titles =
                dashboard.all().stream().map(panel -> panel.getString("title")).toList();
        assertThat(dashboard.panels().stream()
                        .flatMap(panel ->
                                QUOTED.matcher(panel.getString("description")).results()))
                .hasSizeGreaterThan(3)
                .allSatisfy(quoted -> assertThat(titles).contains(quoted.group(1)));
    }

    @Test
    void everyTargetAsksTheChosenSourceAboutTheChosenModelsAndHasALegend() {
        for (JsonObject panel : dashboard.panels()) {
            assertThat(panel.getJsonObject("datasource").getString("uid")).isEqualTo(ANY_SOURCE);
            assertThat(Dashboard.targets(panel))
                    .extracting(target -> target.getString("refId"))
                    .doesNotHaveDuplicates();
            for (JsonObject target : Dashboard.targets(panel)) {
                String expression = target.getString("expr");
                assertThat(target.getJsonObject("datasource").getString("uid")).isEqualTo(ANY_SOURCE);
                assertThat(target.getString("legendFormat")).as(expression).isNotBlank();
                assertThat(expression.split("\\{", -1))
                        .as(expression)
                        .hasSameSizeAs(expression.split("instance=~\"\\$instance\"", -1));
                assertThat(RANGE.matcher(expression).results())
                        .extracting(range -> range.group(1))
                        .allMatch("$__rate_interval"::equals);
            }
        }
    }

    @Test
    void theLatencyHasALineForTheGoalThatTheReaderSets() {
        JsonObject latency = dashboard.panels().stream()
                .filter(panel -> panel.getString("title").equals("Latency of successes"))
                .findFirst()
                .orElseThrow();
        assertThat(Dashboard.targets(latency))
                .filteredOn(target -> target.getString("legendFormat").equals("goal"))
                .extracting(target -> target.getString("expr"))
                .containsExactly("vector($latency_goal)");
        assertThat(dashboard.expressions(latency))
                .last()
                .extracting(Expression::text)
                .asString()
                .matches("vector\\(\\d+(\\.\\d+)?\\)");
    }

    @Test
    void annotationsMarkDeathsRestartsAndNewVersionsOfTheChosenModels() {
        List<JsonObject> annotations = dashboard.json().getJsonObject("annotations").getJsonArray("list").stream()
                .map(JsonObject.class::cast)
                .filter(annotation -> annotation.containsKey("expr"))
                .toList();
        assertThat(annotations)
                .extracting(annotation -> annotation.getString("name"))
                .containsExactly("Deaths of workers", "Restarts of adapters", "New versions");
        assertThat(annotations).allSatisfy(annotation -> {
            String expression = annotation.getString("expr");
            assertThat(annotation.getJsonObject("datasource").getString("uid")).isEqualTo(ANY_SOURCE);
            assertThat(annotation.getBoolean("enable")).isTrue();
            assertThat(expression.split("\\{", -1))
                    .as(expression)
                    .hasSameSizeAs(expression.split("instance=~\"\\$instance\"", -1));
        });
    }

    @Test
    void everyPageThatItNamesIsThereAndTheAlertsAreALinkAway() {
        List<String> pages = dashboard.all().stream()
                .filter(Dashboard::isText)
                .flatMap(panel -> PAGE.matcher(panel.getJsonObject("options").getString("content"))
                        .results())
                .map(MatchResult::group)
                .toList();
        assertThat(pages)
                .contains("monitoring/README.md", "docs/metrics.md", "docs/life.md", "docs/protocol.md")
                .allSatisfy(
                        page -> assertThat(AdapterProcess.ROOT.resolve(page)).exists());
        assertThat(dashboard.json().getJsonArray("links").getJsonObject(0).getString("url"))
                .startsWith("/alerting/list");
    }

    @Test
    void panelsFillTheGridWithoutOverlap() {
        Set<List<Integer>> taken = new HashSet<>();
        int bottom = 0;
        for (JsonObject panel : dashboard.all()) {
            JsonObject at = panel.getJsonObject("gridPos");
            assertThat(at.getInteger("x") + at.getInteger("w"))
                    .as(panel.getString("title"))
                    .isLessThanOrEqualTo(COLUMNS);
            for (int x = at.getInteger("x"); x < at.getInteger("x") + at.getInteger("w"); x++) {
                for (int y = at.getInteger("y"); y < at.getInteger("y") + at.getInteger("h"); y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as("%s at %s, %s", panel.getString("title"), x, y)
                            .isTrue();
                    bottom = Math.max(bottom, y + 1);
                }
            }
        }
        assertThat(taken).hasSize(COLUMNS * bottom);
    }
}
