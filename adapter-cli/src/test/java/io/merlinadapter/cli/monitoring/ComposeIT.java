package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Scraper;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The compose file brings together what it names, and a real Prometheus with its configuration sees a model and its callers.
 * Grafana itself is not run here: the dashboard is held against Prometheus by {@link MonitoringIT}.
 */
@SideBySide
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ComposeIT {
    private static final Path MODEL = AdapterProcess.ROOT.resolve("examples/surge-pricing-python");
    private static final String DASHBOARD = "/dashboards/grafana-dashboard.json";

    private static final Pattern UP = Pattern.compile("```sh\ndocker compose -f (\\S+) up --build\n```");

    private JsonObject services;

    /** By the command of the page, which only needs to be told not to start anything. */
    @BeforeAll
    void resolve(@TempDir Path folder) throws IOException {
        Matcher command = UP.matcher(Files.readString(Rules.FOLDER.resolve("README.md")));
        assertThat(command.find()).isTrue();
        String resolved = Tools.run(AdapterProcess.ROOT, "docker-compose", "-f", command.group(1), "config");
        services = Tools.yaml(Files.writeString(folder.resolve("resolved.yaml"), resolved))
                .getJsonObject("services");
    }

    @Test
    void everyFileThatAServiceMountsOrIsBuiltFromIsThere() {
        assertThat(services.fieldNames()).containsExactlyInAnyOrder("model", "callers", "prometheus", "grafana");
        services.fieldNames()
                .forEach(service -> assertThat(mounts(service).values())
                        .as(service)
                        .allSatisfy(path -> assertThat(path).exists()));
        assertThat(Path.of(
                        services.getJsonObject("model").getJsonObject("build").getString("context")))
                .isEqualTo(MODEL);
        assertThat(services.getJsonObject("callers").getString("image"))
                .isEqualTo(services.getJsonObject("model").getString("image"));
    }

    @Test
    void onlyThisMachineCanReachAPort() {
        List<String> published = services.fieldNames().stream()
                .flatMap(service -> services.getJsonObject(service).getJsonArray("ports", new JsonArray()).stream())
                .map(port -> port instanceof JsonObject mapping ? mapping.getString("host_ip") : port.toString())
                .toList();
        assertThat(published).hasSize(4).allMatch(port -> port.startsWith("127.0.0.1"));
    }

    @Test
    void grafanaFindsItsSourceAndTheDashboardWhereTheyAreMounted() {
        Map<String, Path> mounts = mounts("grafana");
        assertThat(mounts.get(DASHBOARD)).isEqualTo(Rules.FOLDER.resolve("grafana-dashboard.json"));
        assertThat(services.getJsonObject("grafana")
                        .getJsonObject("environment")
                        .getMap())
                .containsEntry("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH", DASHBOARD);
        JsonObject provider = provisioned("dashboards", "providers");
        assertThat(provider.getString("type")).isEqualTo("file");
        assertThat(Path.of(provider.getJsonObject("options").getString("path")))
                .isEqualTo(Path.of(DASHBOARD).getParent());

        JsonObject source = provisioned("datasources", "datasources");
        assertThat(source.getString("type")).isEqualTo("prometheus");
        assertThat(source.getBoolean("isDefault")).isTrue();
        assertThat(source.getString("url")).isEqualTo("http://prometheus:9090");
        assertThat(source.getJsonObject("jsonData").getString("timeInterval"))
                .isEqualTo(Tools.yaml(mounts("prometheus").get("/etc/prometheus/prometheus.yml"))
                        .getJsonObject("global")
                        .getString("scrape_interval"));
    }

    /** Without containers: the same files at the same places of a folder, and addresses of this machine. */
    @Test
    void prometheusScrapesTheModelThatIsCalledAndLoadsTheRules(@TempDir Path folder) throws IOException {
        Map<String, String> environment = new HashMap<>();
        services.getJsonObject("model")
                .getJsonObject("environment")
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().toString()));
        environment.put("ADAPTER_WARMUP", "@" + MODEL.resolve("request.json"));
        List<String> command = List.of(
                AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString(),
                "--",
                "python3",
                MODEL.resolve("predict.py").toString());
        try (AdapterProcess adapter = AdapterProcess.start(folder, environment, AdapterProcess.freePort(), command)) {
            adapter.awaitPort();
            Process callers = calling(folder, adapter);
            try (Scraper prometheus = new Scraper(folder, mountedConfiguration(folder, adapter))) {
                adapter.until(
                        () -> prometheus.value("up{job=\"merlin-adapter\",namespace=\"laptop\"}") == 1
                                && prometheus.value("model:adapter_requests:rate5m{model_name=\"surge-pricing\"}") > 0
                                && prometheus.value("sum(adapter_requests_total{code=\"422\"})") > 0
                                && prometheus.value("sum(adapter_requests_total{code=\"200\"})") > 0,
                        "its calls in Prometheus: " + prometheus);
                assertThat(prometheus.get("rules").encode()).contains("MerlinAdapterModelDown");
            } finally {
                // So that tini ends its child.
                callers.destroy();
            }
        }
    }

    private Process calling(Path folder, AdapterProcess adapter) throws IOException {
        List<String> command = services.getJsonObject("callers").getJsonArray("entrypoint").stream()
                .map(word -> word.toString()
                        .replace("model:8080", "127.0.0.1:" + adapter.port())
                        .replace(
                                "/callers.py",
                                mounts("callers").get("/callers.py").toString()))
                .toList();
        assertThat(command).anyMatch(word -> word.contains("127.0.0.1:"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("callers.log").toFile())
                .start();
    }

    private Path mountedConfiguration(Path folder, AdapterProcess adapter) throws IOException {
        Path root = folder.resolve("root");
        for (Map.Entry<String, Path> mount : mounts("prometheus").entrySet()) {
            Path target = root.resolve(mount.getKey().substring(1));
            Files.createDirectories(target.getParent());
            if (Files.isDirectory(mount.getValue())) {
                Files.createDirectory(target);
                try (Stream<Path> files = Files.list(mount.getValue())) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Files.copy(file, target.resolve(file.getFileName()));
                    }
                }
            } else {
                Files.copy(mount.getValue(), target);
            }
        }
        Path configuration = root.resolve("etc/prometheus/prometheus.yml");
        String checked = Tools.run(root, "promtool", "check", "config", configuration.toString());
        assertThat(checked).contains("SUCCESS: 2 rule files found");
        String text = Files.readString(configuration);
        assertThat(text).contains("model:8080", ": 5s");
        return Files.writeString(
                configuration,
                text.replace("model:8080", "127.0.0.1:" + adapter.port()).replace(": 5s", ": 1s"));
    }

    /** The only entry of a list in one of Grafana's files. */
    private JsonObject provisioned(String kind, String list) {
        Path file = mounts("grafana").get("/etc/grafana/provisioning/" + kind + "/merlin-adapter.yml");
        JsonObject content = Tools.yaml(file);
        assertThat(content.getInteger("apiVersion")).isOne();
        assertThat(content.getJsonArray(list)).hasSize(1);
        return content.getJsonArray(list).getJsonObject(0);
    }

    /** By their places in the container; Compose writes a mount in one text, or in parts, as its version goes. */
    private Map<String, Path> mounts(String service) {
        Stream<Object> volumes = services.getJsonObject(service).getJsonArray("volumes", new JsonArray()).stream();
        Map<String, Path> mounts = new TreeMap<>();
        volumes.forEach(volume -> {
            if (volume instanceof JsonObject parts) {
                mounts.put(parts.getString("target"), Path.of(parts.getString("source")));
            } else {
                String[] parts = volume.toString().split(":");
                assertThat(parts).hasSize(3).endsWith("ro");
                mounts.put(parts[1], Path.of(parts[0]));
            }
        });
        return mounts;
    }
}
