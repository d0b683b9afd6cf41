package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.MemoryGroup;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.Samples;
import io.merlinadapter.cli.it.support.Scraper;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.monitoring.Rules.Rule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and rules ask for what a real adapter shows, and a real Prometheus can answer them. All tests ask the same adapter. */
@SideBySide
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MonitoringIT {
    /** Enough for both adapter and programs; without any limit there are no metrics of it. */
    private static final long CONTAINER_BYTES = 1L << 30;

    private static final Set<String> OF_THE_CONTAINER =
            Set.of("adapter_container_memory_limit_bytes", "adapter_container_memory_used_bytes");
    /** Labels that the scrape configuration adds to all that it scrapes. */
    private static final Set<String> OF_THE_TARGET = Set.of("job", "instance", "namespace");

    private Optional<MemoryGroup> container = Optional.empty();
    private AdapterProcess adapter;

    @BeforeAll
    void serveTwoPredictions(@TempDir Path folder) throws IOException {
        container = MemoryGroup.create(CONTAINER_BYTES);
        List<String> command = new ArrayList<>();
        container.ifPresent(group -> command.addAll(group.prefix()));
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        // Without batches there are no metrics of them.
        command.addAll(List.of("--workers=2", "--batch=instances", "--"));
        command.addAll(Children.scripted());
        // Nobody listens there: a push that fails is counted as well.
        Map<String, String> pushing = Map.of(
                "PUSHGATEWAY_ENABLED",
                "true",
                "PUSHGATEWAY_URL",
                "127.0.0.1:" + AdapterProcess.freePort(),
                "PUSHGATEWAY_PUSH_INTERVAL_SEC",
                "1");
        adapter = AdapterProcess.start(folder, pushing, AdapterProcess.freePort(), command);
        adapter.awaitPort();
        adapter.awaitReady(2);
        Callers callers = new Callers(adapter);
        assertThat(callers.post(Requests.echo("one")).statusCode()).isEqualTo(200);
        assertThat(callers.post(Requests.echo("two")).statusCode()).isEqualTo(200);
    }

    @AfterAll
    void stop() throws IOException {
        adapter.close();
        if (container.isPresent()) {
            container.get().close();
        }
    }

    private boolean mayBeMissing(String metric) {
        return container.isEmpty() && OF_THE_CONTAINER.contains(metric);
    }

    private static List<Expression> expressions() throws IOException {
        List<Expression> expressions = new ArrayList<>(Dashboard.read().expressions());
        Rules.read().forEach(rule -> expressions.add(rule.expression()));
        return expressions;
    }

    @Test
    void everyMetricThatTheyNameIsOneThatTheAdapterShows() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("up"));
        Rules.read().stream().filter(rule -> !rule.isAlert()).map(Rule::name).forEach(known::add);
        Samples samples = Samples.of(adapter.metrics());
        known.addAll(samples.metrics());
        Set<String> named = expressions().stream()
                .flatMap(expression -> expression.metrics().stream())
                .filter(metric -> !mayBeMissing(metric))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(40);
        named.removeAll(known);
        assertThat(named).as("metrics that the adapter does not show").isEmpty();
    }

    @Test
    void everyLabelThatTheySelectByHasTheValuesThatTheyName() throws IOException {
        Samples samples = Samples.of(adapter.metrics());
        SoftAssertions all = new SoftAssertions();
        for (Expression expression : expressions()) {
            for (Expression.Matcher matcher : expression.matchers()) {
                if (!OF_THE_TARGET.contains(matcher.label()) && !mayBeMissing(matcher.metric())) {
                    all.assertThat(samples.values(matcher.metric(), matcher.label()))
                            .as("%s of %s in \"%s\"", matcher.label(), matcher.metric(), expression.where())
                            .anyMatch(value -> matcher.named().matcher(value).matches());
                }
            }
        }
        all.assertAll();
    }

    @Test
    void prometheusAnswersEveryExpressionAndEveryPanelShowsSomething(@TempDir Path folder) throws IOException {
        try (Scraper prometheus = new Scraper(folder, List.of(adapter.port()), Rules.FILES)) {
            adapter.until(() -> prometheus.value("count_over_time(up[1m])") >= 4, "4 scrapes; " + prometheus);
            SoftAssertions all = new SoftAssertions();
            for (Expression expression : Dashboard.read().expressions()) {
                JsonObject answer = prometheus.query(expression.text());
                all.assertThat(answer.getString("status"))
                        .as("%s: %s", expression, answer)
                        .isEqualTo("success");
                // Of what annotations mark, only a new version has come here.
                if ((!expression.where().startsWith(Dashboard.ANNOTATION)
                                || expression.where().endsWith("New versions"))
                        && expression.metrics().stream().noneMatch(this::mayBeMissing)) {
                    all.assertThat(result(answer)).as(expression.toString()).isNotEmpty();
                }
            }
            all.assertAll();
        }
    }

    @Test
    void prometheusRecordsAllAndHasNothingToAlertOfButThePushesThatFail(@TempDir Path folder) throws IOException {
        try (Scraper prometheus = new Scraper(folder, List.of(adapter.port()), Rules.FILES)) {
            Rule failing = Rules.alerts().stream()
                    .filter(alert -> alert.name().equals("MerlinAdapterPushesFailing"))
                    .findFirst()
                    .orElseThrow();
            adapter.until(() -> holds(prometheus, failing), "failed push; " + prometheus);
            for (Rule rule : Rules.read()) {
                if (!rule.isAlert()) {
                    adapter.until(() -> !result(prometheus.query(rule.name())).isEmpty(), rule.name());
                }
            }
            assertThat(Rules.alerts())
                    .filteredOn(alert -> holds(prometheus, alert))
                    .extracting(Rule::name)
                    .containsExactly(failing.name());
            assertThat(rulesLackingHealth(prometheus)).isEmpty();
        }
    }

    /** Whether an alert would be raised, if it stayed like this. */
    private static boolean holds(Scraper prometheus, Rule alert) {
        return !result(prometheus.query(alert.expression().text())).isEmpty();
    }

    private static JsonArray result(JsonObject answer) {
        return answer.getJsonObject("data", new JsonObject()).getJsonArray("result", new JsonArray());
    }

    /** The rules that were not evaluated yet, or not without an error. */
    private static Set<String> rulesLackingHealth(Scraper prometheus) {
        Set<String> lacking = new TreeSet<>(Set.of("all"));
        JsonObject data = prometheus.get("rules").getJsonObject("data", new JsonObject());
        for (Object group : data.getJsonArray("groups", new JsonArray())) {
            lacking.remove("all");
            for (Object rule : ((JsonObject) group).getJsonArray("rules")) {
                if (!((JsonObject) rule).getString("health").equals("ok")) {
                    lacking.add(((JsonObject) rule).getString("name"));
                }
            }
        }
        return lacking;
    }
}
