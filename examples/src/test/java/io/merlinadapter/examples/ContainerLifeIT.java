package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The base image with a shell as its program: how it starts, stops, and dies. */
@ImageTest
final class ContainerLifeIT {
    private static final String ECHO = "while read -r line; do echo '{\"predictions\":[1]}'; done";
    /** Of Java 17, whose HTTP/2 takes any GOAWAY for the end of all calls. */
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final List<String> LOCKED_DOWN =
            List.of("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=54321:0");

    private static String base;

    @BeforeAll
    static void build() {
        base = Images.base();
    }

    private static HttpRequest predict(Container container) {
        URI address = container.address(8080, "/v1/models/model-1:predict");
        return HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString("{\"instances\":[]}"))
                .build();
    }

    private static HttpResponse<String> answer(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.uri() + " did not answer", e);
        }
    }

    private static String metrics(Container container) {
        return answer(HttpRequest.newBuilder(container.address(9000, "/metrics"))
                        .build())
                .body();
    }

    @Test
    void environmentAndArgumentsReachTheProgramAndNothingOfTheLauncherDoes() {
        // podman's own go to every process of a container.
        String names = "env | cut -d= -f1 | grep -vxE 'TERM|container' | sort | tr '\\n' ' '";
        String program =
                "while read -r l; do echo \"{\\\"args\\\":\\\"$*\\\",\\\"of\\\":\\\"$GREETING\\\",\\\"has\\\":\\\"$("
                        + names + ")\\\"}\"; done";
        try (Container container =
                Container.serve(List.of("--env=GREETING=image"), base, "sh", "-c", program, "sh", "a b", "", "c")) {
            HttpResponse<String> answered = answer(predict(container));

            assertThat(answered.statusCode()).as(container.log()).isEqualTo(200);
            assertThat(answered.body())
                    .isEqualTo(
                            "{\"args\":\"a b  c\",\"of\":\"image\",\"has\":\"ADAPTER_CHILD ADAPTER_WORKER"
                                    + " CARAML_GRPC_PORT CARAML_HTTP_PORT CARAML_MODEL_FULL_NAME CARAML_MODEL_NAME"
                                    + " CARAML_MODEL_VERSION GREETING HOME HOSTNAME LANG NODE_PATH PATH PWD PYTHONPATH PYTHONUNBUFFERED \"}");
            container.hasACleanLog();
        }
    }

    @Test
    void argumentsThatMerlinHasSplitAreWhole() {
        String logged = "sh -c 'while read -r line; do echo \"{\\\"said\\\": \\\"two  spaces\\\"}\"; done'";
        try (Container container =
                Container.serve(List.of("--env=MERLIN_MODEL_NAME=model-1"), base, logged.split(" ", -1))) {
            assertThat(answer(predict(container)).body()).isEqualTo("{\"said\": \"two  spaces\"}");
        }
    }

    @Test
    void aStopAnswersTheRequestThatIsInsideAndEndsInTime() throws Exception {
        String slow = "while read -r line; do echo inside >&2; read -r go </tmp/go; echo '{\"predictions\":[2]}'; done";
        try (Container container = Container.serve(List.of(), base, "sh", "-c", "mkfifo /tmp/go; " + slow)) {
            CompletableFuture<HttpResponse<String>> inside =
                    CLIENT.sendAsync(predict(container), BodyHandlers.ofString());
            container.until(() -> container.log().contains("inside"), "request inside");
            container.signal("TERM");
            container.until(() -> container.log().contains("DRAINING"), "draining");
            container.shell("echo go >/tmp/go");

            assertThat(inside.get().statusCode()).isEqualTo(200);
            assertThat(inside.get().body()).isEqualTo("{\"predictions\":[2]}");
            assertThat(container.exitCode()).as(container.log()).isZero();
            container.hasACleanLog();
        }
    }

    @Test
    void anyUserWithoutAnyLeaveCanRunItOverEitherChannel() {
        String whoAmI = "while read -r line; do echo \"{\\\"uid\\\":$(id -u)}\"; done";
        try (Container container = Container.serve(LOCKED_DOWN, base, "sh", "-c", whoAmI)) {
            assertThat(answer(predict(container)).body()).isEqualTo("{\"uid\":54321}");
            assertThat(container.stop()).isZero();
            container.hasACleanLog();
        }
        String noSuchThing = "test -S \"$ADAPTER_SOCKET\" && echo found >&2; sleep 60";
        try (Container container = Container.start(LOCKED_DOWN, base, "--channel=socket", "sh", "-c", noSuchThing)) {
            container.until(() -> container.log().contains("worker 0 stderr: found"), "socket");
        }
    }

    @Test
    void aProgramThatTakesTooMuchMemoryDiesAloneAndIsNamed() {
        String greedy = "while read -r line; do tail /dev/zero; echo '{\"predictions\":[1]}'; done";
        List<String> limited = List.of("--memory=300m", "--memory-swap=300m");
        try (Container container = Container.serve(limited, base, "sh", "-c", "exec 2>/dev/null; " + greedy)) {
            HttpResponse<String> died = answer(predict(container));
            // The shell outlives its tail, or dies with it: who is killed is the kernel's choice, but never the
            // adapter.
            assertThat(died.statusCode()).as(died.body()).isIn(200, 502);
            assertThat(metrics(container)).contains("adapter_worker_up");
            assertThat(container.inspect("{{.State.Running}}")).isEqualTo("true");
        }
        String itself = "read -r line; exec tail /dev/zero";
        try (Container container = Container.serve(limited, base, "sh", "-c", itself)) {
            HttpResponse<String> died = answer(predict(container));
            assertThat(died.statusCode()).as(died.body()).isEqualTo(502);
            container.until(() -> container.log().contains("out of memory"), "reason");
            assertThat(metrics(container)).containsPattern("adapter_worker_deaths_total\\{[^}]*\"oom\"} 1");
            assertThat(container.inspect("{{.State.Running}}")).isEqualTo("true");
        }
    }

    @Test
    void anAdapterThatTakesTooMuchMemoryIsKilledAndSoIsTheContainer() {
        try (Container container =
                Container.start(List.of("--memory=24m", "--memory-swap=24m"), base, "sh", "-c", ECHO)) {
            assertThat(container.exitCode()).as(container.log()).isEqualTo(137);
        }
    }

    @Test
    void memoryPressureKillsTheProgramBeforeTheAdapter() {
        try (Container container = Container.serve(List.of(), base, "sh", "-c", ECHO)) {
            String scores = container.shell("for p in /proc/[0-9]*; do case $(tr '\\0' ' ' <$p/cmdline) in"
                    + " *[c]li.Main*) echo adapter $(cat $p/oom_score_adj);;"
                    + " sh*while*) echo program $(cat $p/oom_score_adj);; esac; done");
            assertThat(scores.lines()).contains("adapter 0").anyMatch(line -> line.matches("program [1-9]\\d*"));
            assertThat(container.shell("tr '\\0' ' ' <$(grep -l [c]li.Main /proc/[0-9]*/cmdline | tail -n 1)"))
                    .contains("-XX:+ExitOnOutOfMemoryError");
        }
    }

    @Test
    void whatAProgramLeavesBehindIsReaped() {
        String forks =
                "while read -r line; do (true & true & exec true); sh -c 'true & true &'; echo '{\"predictions\":[1]}'; done";
        try (Container container = Container.serve(List.of(), base, "sh", "-c", forks)) {
            for (int i = 0; i < 20; i++) {
                assertThat(answer(predict(container)).statusCode()).isEqualTo(200);
            }
            container.until(
                    () -> container
                            .shell("cat /proc/[0-9]*/stat 2>/dev/null | awk '$3 == \"Z\"' | wc -l")
                            .equals("0"),
                    "end of all zombies");
            assertThat(container.shell("tr '\\0' ' ' </proc/1/cmdline")).startsWith("tini -- merlin-adapter");
        }
    }

    @Test
    void theReasonOfGivingUpIsLeftForThePlatform(@TempDir Path folder) throws IOException {
        Path log = Files.createFile(folder.resolve("termination-log"));
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
        List<String> mounted = List.of("--volume=" + log + ":/dev/termination-log");
        try (Container container =
                Container.start(mounted, base, "--give-up-after=1", "sh", "-c", "echo 'no such table' >&2; exit 7")) {
            assertThat(container.exitCode()).as(container.log()).isEqualTo(4);
        }
        assertThat(log).content().contains("exit code 7").contains("no such table");
    }

    @ParameterizedTest
    @CsvSource({"1, 110, 150", "2, 115, 175"})
    void memoryIsKeptSmallIdleAndUnderLoad(int processors, long idle, long busy) {
        List<String> size = List.of("--memory=1g", "--cpus=" + processors);
        try (Container container = Container.serve(size, base, "sh", "-c", ECHO)) {
            assertThat(residentMegabytes(container)).as("MB, idle").isLessThanOrEqualTo(idle);
            HttpRequest request = predict(container);
            for (int round = 0; round < 300; round++) {
                List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 32)
                        .mapToObj(i -> CLIENT.sendAsync(request, BodyHandlers.ofString()))
                        .toList();
                all.forEach(one -> assertThat(one.join().statusCode()).isEqualTo(200));
            }
            assertThat(residentMegabytes(container)).as("MB, after 9600 calls").isLessThanOrEqualTo(busy);
        }
    }

    /** The brackets keep the shell that looks from finding itself. */
    private static long residentMegabytes(Container container) {
        String status = container.shell("cat $(dirname $(grep -l [c]li.Main /proc/[0-9]*/cmdline | tail -n 1))/status");
        String kilobytes = status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D", "");
        return Long.parseLong(kilobytes) * 1024 / 1_000_000;
    }

    @Test
    void whatAnImageOfAnotherKindLacksIsNamed() {
        List<String> other = List.of("--user=0", "--entrypoint=sh");
        Container.Ended ended = Container.run(
                other, base, "-c", "rm $(command -v setsid) $(command -v setpriv); timeout 5 merlin-adapter cat");
        assertThat(ended.output()).contains("setsid").contains("setpriv").contains("util-linux");
    }
}
