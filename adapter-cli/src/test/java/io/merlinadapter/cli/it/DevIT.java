package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code merlin-adapter dev}: the program is replaced when it changes, and a page shows it; nothing of that is there else. */
@SideBySide
class DevIT {
    private static final String REQUEST = "{\"n\":1}";

    @TempDir
    private Path folder;

    /** A program of this version, which answers with it. */
    private static String program(String version) {
        return """
                import json, sys
                for line in sys.stdin:
                    print(json.dumps({"version": "%s"}), flush=True)
                """.formatted(version);
    }

    private void write(String file, String text) throws IOException {
        // As editors do it: never is there half a file.
        Path next = Files.writeString(folder.resolve(file + "~"), text);
        Files.move(next, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private AdapterProcess dev(String... options) throws IOException {
        return devOf(program("one"), options);
    }

    private AdapterProcess devOf(String program, String... options) throws IOException {
        write("predict.py", program);
        List<String> words = new ArrayList<>(List.of("dev", "--warmup=" + REQUEST));
        words.addAll(List.of(options));
        AdapterProcess adapter = AdapterProcess.launch(folder, Map.of(), words, List.of("python3", "predict.py"));
        adapter.awaitPort();
        adapter.awaitOutput("adapter: READY");
        return adapter;
    }

    private static JsonObject state(AdapterProcess adapter) {
        return new JsonObject(new Callers(adapter).get("/dev/state").body());
    }

    private static String curl(AdapterProcess adapter, String path, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-w", " %{http_code}"));
        command.addAll(List.of(options));
        command.add(adapter.uri(path).toString());
        return Tools.run(Path.of("."), command.toArray(String[]::new));
    }

    private static String version(AdapterProcess adapter) {
        return version(new Callers(adapter));
    }

    private static String version(Callers callers) {
        HttpResponse<String> answer = callers.post(REQUEST);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("version");
    }

    @Test
    void anEditIsServedWithoutAFailedCallInBetween() throws Exception {
        try (AdapterProcess adapter = dev("--workers=2")) {
            AtomicBoolean enough = new AtomicBoolean();
            Set<String> versions = Collections.synchronizedSet(new TreeSet<>());
            List<Future<?>> callers = new ArrayList<>();
            Callers client = new Callers(adapter);
            for (int i = 0; i < 3; i++) {
                callers.add(ForkJoinPool.commonPool().submit(() -> {
                    while (!enough.get()) {
                        versions.add(version(client));
                    }
                }));
            }
            adapter.until(() -> versions.contains("one"), "answer of the first version");
            write("predict.py", program("two"));
            adapter.awaitOutput("reload 1: the new copy serves");
            adapter.until(() -> versions.contains("two"), "answer of the second version");
            enough.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
            assertThat(version(adapter)).isEqualTo("two");
            assertThat(state(adapter).getJsonArray("workers").size()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aBrokenEditShowsItsTracebackAndKeepsTheOldCopy() throws Exception {
        try (AdapterProcess adapter = dev()) {
            write("predict.py", "import there_is_no_such_module\n" + program("two"));
            adapter.awaitOutput("reload 1: the new copy did not start: it ended with exit code 1");
            assertThat(version(adapter)).isEqualTo("one");
            JsonObject last =
                    state(adapter).getJsonObject("reloads").getJsonArray("last").getJsonObject(0);
            assertThat(last.getString("state")).isEqualTo("failed");
            assertThat(last.getString("reason")).isEqualTo("predict.py changed");
            assertThat(last.getJsonArray("traceback").encode()).contains("there_is_no_such_module");
            write("predict.py", program("three"));
            adapter.awaitOutput("reload 2: the new copy serves");
            assertThat(version(adapter)).isEqualTo("three");
        }
    }

    @Test
    void whatIsIgnoredChangesNothingAndABurstOfEditsIsOneReload() throws Exception {
        Files.writeString(folder.resolve(".gitignore"), "*.log\ndata/\n");
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("__pycache__"));
        try (AdapterProcess adapter = dev()) {
            Files.writeString(folder.resolve("predictions.log"), "x");
            Files.writeString(folder.resolve("data/rows.csv"), "x");
            Files.writeString(folder.resolve("__pycache__/predict.pyc"), "x");
            for (int i = 0; i < 20; i++) {
                write("predict.py", program("two"));
                write("util.py", "# " + i);
            }
            adapter.awaitOutput("reload 1: the new copy serves");
            // What would still come comes before this.
            write("marker.txt", "x");
            adapter.awaitOutput("marker.txt changed; the new copy");
            assertThat(adapter.output())
                    .contains("reload 1: predict.py, util.py changed", "reload 2: marker.txt changed")
                    .doesNotContain("predictions.log", "rows.csv", ".pyc", "py~");
        }
    }

    @Test
    void aProgramThatWritesInItsOwnFolderIsNotReplacedForEver() throws Exception {
        String writes = """
                import os
                log = open("app.log", "a", buffering=1)
                log.write("begun\\n")
                with open("cache.bin", "wb") as cache:
                    cache.write(os.urandom(8))
                open("run-%d.csv" % os.getpid(), "w").close()
                """;
        try (AdapterProcess adapter = devOf(writes + program("one"))) {
            adapter.awaitOutput(
                    "reload: cache.bin is left out from now on, as the program seems to write it (it changed with each of");
            adapter.awaitOutput("reload: run-*.csv is left out");
            adapter.awaitOutput(
                    "reload: app.log is left out from now on, as the program seems to write it (it has it open");
            int reloads = adapter.output().split("; the new copy starts", -1).length - 1;
            write("predict.py", writes + program("two"));
            adapter.awaitOutput("reload " + (reloads + 1) + ": the new copy serves");
            assertThat(version(adapter)).isEqualTo("two");
            // What would still come comes before this.
            write("marker.txt", "x");
            adapter.awaitOutput("reload " + (reloads + 2) + ": marker.txt changed");
            assertThat(adapter.output()).contains("reload " + (reloads + 1) + ": predict.py changed");
            assertThat(state(adapter).getJsonObject("reloads").getJsonArray("leftOut"))
                    .containsExactlyInAnyOrder("app.log", "cache.bin", "run-*.csv");
        }
    }

    @Test
    void aProgramThatDoesNotStartIsSeenOnThePageAndIsStartedWhenItIsMended() throws Exception {
        write("predict.py", "syntax error");
        List<String> words = List.of("dev", "--warmup=" + REQUEST);
        try (AdapterProcess adapter =
                AdapterProcess.launch(folder, Map.of(), words, List.of("python3", "predict.py"))) {
            adapter.awaitPort();
            adapter.awaitOutput("/dev shows the program as it starts");
            adapter.awaitOutput("SyntaxError");
            assertThat(state(adapter).getBoolean("ready")).isFalse();
            assertThat(curl(adapter, "/dev"))
                    .contains("<title>merlin-adapter dev</title>")
                    .endsWith(" 200");
            write("predict.py", program("one"));
            adapter.awaitOutput("the new copy serves");
            assertThat(version(adapter)).isEqualTo("one");
        }
    }

    @Test
    void noOtherSiteMayReadThePageOrPressItsButtons() throws Exception {
        try (AdapterProcess adapter = dev("--no-reload")) {
            String own = "http://127.0.0.1:" + adapter.port();
            assertThat(curl(adapter, "/dev/state", "-H", "Host: rebound.example"))
                    .endsWith(" 403");
            assertThat(curl(adapter, "/dev/restart", "-d", "", "-H", "Origin: http://rebound.example"))
                    .endsWith(" 403");
            assertThat(curl(adapter, "/dev/restart", "-d", "", "-H", "Origin: http://127.0.0.1:1"))
                    .endsWith(" 403");
            assertThat(curl(adapter, "/dev/restart", "-d", "", "-H", "Origin: null"))
                    .endsWith(" 403");
            assertThat(curl(adapter, "/dev/restart", "-d", "", "-H", "Sec-Fetch-Site: cross-site"))
                    .endsWith(" 403");
            assertThat(curl(adapter, "/dev/restart")).endsWith(" 405");
            assertThat(adapter.output()).doesNotContain("reload 1");
            assertThat(curl(adapter, "/dev/restart", "-d", "", "-H", "Origin: " + own))
                    .endsWith(" 202");
            adapter.awaitOutput("reload 1: asked for on the page");
            adapter.awaitOutput("reload 1: the new copy serves");
            // The other port lets this page alone read its answers.
            String upi = "http://127.0.0.1:" + adapter.grpcPort() + "/v1/predict";
            assertThat(Tools.run(folder, "curl", "-si", "-X", "OPTIONS", "-H", "Origin: " + own, upi))
                    .contains("204 No Content", "access-control-allow-origin: " + own);
            assertThat(Tools.run(folder, "curl", "-si", "-d", "{}", "-H", "Origin: http://rebound.example", upi))
                    .doesNotContain("access-control");
        }
    }

    @Test
    void answersSayWhereTheirTimeWentAndSamplesAreThoseBesideTheProgram() throws Exception {
        String upi = "{\"predictionTable\":{\"columns\":[{\"name\":\"beside\",\"type\":\"TYPE_DOUBLE\"}]}}";
        write("predict.py", program("one"));
        write("request.json", "{\"kilometres\": 7}");
        write("upi-request.json", upi);
        try (AdapterProcess adapter = AdapterProcess.launch(
                folder, Map.of(), List.of("dev", "--no-reload"), List.of("python3", "predict.py"))) {
            adapter.awaitPort();
            adapter.awaitOutput("adapter: READY");
            Callers callers = new Callers(adapter);
            assertThat(callers.post(REQUEST).headers().firstValue("server-timing"))
                    .hasValueSatisfying(header -> assertThat(header)
                            .matches("queue;dur=[\\d.]+, program;desc=\"worker 0\";dur=[\\d.]+, adapter;dur=[\\d.]+"));
            JsonObject about = new JsonObject(callers.get("/dev/about").body());
            assertThat(about.getJsonObject("http").getString("from")).isEqualTo("request.json");
            assertThat(about.getJsonObject("http").getString("sample")).isEqualTo("{\"kilometres\": 7}");
            assertThat(about.getJsonObject("upi").getString("sample")).isEqualTo(upi);
            assertThat(new JsonObject(callers.get("/openapi.json").body())
                            .getJsonObject("components")
                            .getJsonObject("schemas")
                            .getJsonObject("PredictRequest")
                            .getJsonObject("properties")
                            .getJsonObject("kilometres")
                            .getString("type"))
                    .isEqualTo("number");
            assertThat(Tools.run(folder, "curl", "-s", "http://127.0.0.1:" + adapter.grpcPort() + "/openapi.json"))
                    .contains("\"name\":\"beside\"");
        }
    }

    @Test
    void aPlainStartHasNothingOfIt() throws Exception {
        write("predict.py", program("one"));
        Path loaded = folder.resolve("classes.txt");
        try (AdapterProcess adapter = AdapterProcess.launch(
                folder,
                Map.of("ADAPTER_JAVA_OPTS", "-Xlog:class+load:file=" + loaded),
                List.of("--warmup=" + REQUEST),
                List.of("python3", "predict.py"))) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            assertThat(callers.post(REQUEST).headers().firstValue("server-timing"))
                    .isEmpty();
            for (String path : List.of("/dev", "/dev/state", "/dev/about", "/openapi.json")) {
                assertThat(callers.get(path).statusCode()).as(path).isEqualTo(404);
            }
            assertThat(Files.readString(loaded))
                    .contains("io.merlinadapter.cli.run.AdapterRun ")
                    .doesNotContain("cli.dev", "DevCommand", "OpenApi", "SampleFiles")
                    .doesNotContain("cli.check", "cli.CheckCommand");
        }
    }

    @Test
    void theFolderOfTheProgramIsTakenFromItsCommandLineOrGiven() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        try (AdapterProcess adapter = dev("--watch=" + other)) {
            assertThat(adapter.output()).contains("reload: watching " + other.toRealPath());
            write("predict.py", program("two"));
            Files.writeString(other.resolve("weights.bin"), "1");
            adapter.awaitOutput("reload 1: the new copy serves");
            assertThat(adapter.output()).contains("reload 1: weights.bin changed");
        }
        try (AdapterProcess none = AdapterProcess.launch(
                folder, Map.of(), List.of("dev", "--watch=nowhere"), List.of("python3", "predict.py"))) {
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.output()).contains("--watch is \"nowhere\", which is no folder here");
        }
    }
}
