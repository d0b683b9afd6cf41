package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.run.ExitCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the command begins and ends, what its child inherits, and what exit codes it leaves. */
@SideBySide
class LifeIT {
    private static final Path HERE = Path.of(".");
    private static final Pattern STARTED = Pattern.compile("worker 0: started as process (\\d+)");

    private static AdapterProcess launch(List<String> options, List<String> child) {
        return AdapterProcess.launch(HERE, Map.of(), options, child);
    }

    private static AdapterProcess serve(Map<String, String> environment, List<String> options, String... arguments) {
        AdapterProcess adapter = AdapterProcess.launch(HERE, environment, options, Children.scripted(arguments));
        adapter.awaitPort();
        return adapter;
    }

    private static long childPid(AdapterProcess adapter) {
        Matcher matcher = STARTED.matcher(adapter.output());
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void sigtermLetsTheRequestInFlightFinishAndLeavesNobodyBehind() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of())) {
            Callers callers = new Callers(adapter);
            CompletableFuture<HttpResponse<String>> slow = CompletableFuture.supplyAsync(() ->
                    callers.post("{\"do\":[[\"stderr\",\"at work\\n\"],[\"sleep\",1500],[\"answer\",{\"done\":1}]]}"));
            adapter.awaitOutput("at work");
            long child = childPid(adapter);
            adapter.terminate();
            assertThat(slow.get(30, TimeUnit.SECONDS).body()).isEqualTo("{\"done\": 1}");
            assertThat(adapter.exitCode()).isZero();
            assertThat(runs(child)).isFalse();
            assertThat(adapter.output()).contains("SIGTERM: stopping").doesNotContain(" ERROR ");
        }
    }

    /** Longer than the 15 s that every stop gave once; a grace of 60 s leaves more than its deadline. */
    @Test
    @Tag("all")
    void byDefaultALongRequestThatIsInFlightAtSigtermGetsItsAnswerBeforeItsDeadline() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--drain-delay=100ms", "--grace-period=60s"))) {
            Callers callers = new Callers(adapter);
            CompletableFuture<HttpResponse<String>> slow = CompletableFuture.supplyAsync(() ->
                    callers.post("{\"do\":[[\"stderr\",\"at work\\n\"],[\"sleep\",17000],[\"answer\",{\"done\":1}]]}"));
            adapter.awaitOutput("at work");
            adapter.terminate();
            assertThat(slow.get(60, TimeUnit.SECONDS).body()).isEqualTo("{\"done\": 1}");
            assertThat(adapter.exitCode()).isZero();
            assertThat(adapter.output()).doesNotContain("a stop ends requests");
        }
    }

    @Test
    void behindABalancerTheLogSaysWhichRequestsAStopMayCut() {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--drain-delay=100ms"))) {
            adapter.logs("a stop ends requests 21000 ms after SIGTERM, but one may take 30000 ms (--request-timeout)");
        }
    }

    @Test
    void aSecondSignalDoesNotWaitForTheRequestInFlight() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--drain-timeout=25s", "--grace-period=60s"))) {
            Callers callers = new Callers(adapter);
            CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> {
                try {
                    callers.post("{\"do\":[[\"stderr\",\"at work\\n\"],[\"sleep\",60000]]}");
                } catch (AssertionError cut) {
                    // The connection is closed under it, which is what a second signal asks for.
                }
            });
            adapter.awaitOutput("at work");
            adapter.terminate();
            adapter.awaitOutput("SIGTERM: stopping");
            long before = System.nanoTime();
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before))
                    .isLessThan(15);
            slow.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aChildThatIgnoresSigtermAndEndOfInputIsKilled() {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--settle=0s"), "ignore-term", "deaf")) {
            long child = childPid(adapter);
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(runs(child)).isFalse();
            adapter.logs("SIGKILL");
        }
    }

    @Test
    void anOrderlyStopTakesTheProgramsOwnChildrenWithIt() {
        List<String> family = List.of("bash", "-c", "sleep 86399.5 & exec cat");
        try (AdapterProcess adapter = launch(List.of("--workers=4"), family)) {
            adapter.awaitPort();
            adapter.awaitReady(4);
            assertThat(sleepers()).hasSize(4);
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            assertThat(sleepers()).isEmpty();
        }
    }

    private static List<ProcessHandle> sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 86399.5"))
                .toList();
    }

    @Test
    void aClosedTerminalIsAStopLikeAnyOther() throws Exception {
        // Where the tests were started with nohup, the signal is ignored from the outset.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP",
                AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString(),
                "--"));
        command.addAll(Children.scripted());
        try (AdapterProcess adapter = AdapterProcess.start(HERE, Map.of(), AdapterProcess.freePort(), command)) {
            adapter.awaitPort();
            long child = childPid(adapter);
            new ProcessBuilder("sh", "-c", "kill -HUP " + adapter.pid()).start().waitFor();
            assertThat(adapter.exitCode()).isZero();
            assertThat(runs(child)).isFalse();
        }
    }

    @Test
    void theChildDiesWithAnAdapterThatIsKilled() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--settle=0s"), "deaf")) {
            long child = childPid(adapter);
            ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
            ProcessHandle.of(adapter.pid()).orElseThrow().destroyForcibly();
            handle.onExit().get(20, TimeUnit.SECONDS);
            assertThat(runs(child)).isFalse();
        }
    }

    @Test
    void theChildLeadsASessionOfItsOwn() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of())) {
            long child = childPid(adapter);
            String stat = Files.readString(Path.of("/proc/" + child + "/stat"));
            // After the name in parentheses: state, parent, group, session.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            assertThat(fields[1]).isEqualTo(Long.toString(adapter.pid()));
            assertThat(fields[2]).isEqualTo(Long.toString(child));
            assertThat(fields[3]).isEqualTo(Long.toString(child));
        }
    }

    @Test
    void theKernelKillsTheChildForMemoryBeforeTheAdapter() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of())) {
            assertThat(oomScore(childPid(adapter))).isGreaterThan(oomScore(adapter.pid()));
        }
    }

    private static int oomScore(long pid) throws Exception {
        return Integer.parseInt(
                Files.readString(Path.of("/proc/" + pid + "/oom_score_adj")).trim());
    }

    @Test
    void theChildSeesTheModelAndItsNumberAndNothingOfTheLauncher() throws Exception {
        Map<String, String> environment =
                Map.of("MY_SECRET", "s", "ADAPTER_JAVA_OPTS", "-Xmx100m", "CARAML_MODEL_NAME", "taxi");
        try (AdapterProcess adapter = serve(environment, List.of("--model-full-name=model-1"))) {
            String seen = Files.readString(Path.of("/proc/" + childPid(adapter) + "/environ"));
            List<String> variables = List.of(seen.split("\0", -1));
            assertThat(variables)
                    .contains("MY_SECRET=s", "CARAML_MODEL_NAME=taxi", "CARAML_MODEL_FULL_NAME=model-1")
                    .contains("ADAPTER_WORKER=0", "PYTHONUNBUFFERED=1")
                    .noneMatch(variable -> variable.startsWith("ADAPTER_JAVA_OPTS"))
                    .noneMatch(variable -> variable.startsWith("_merlin"));
        }
    }

    @Test
    void theLogSaysWhatReadyMeansAndHowToCall() {
        try (AdapterProcess adapter = serve(Map.of(), List.of())) {
            adapter.logsLike("INFO  try it, with a request that the program understands in request.json: curl -s "
                    + "http://127.0.0.1:" + adapter.port() + "/v1/models/model-1:predict -d @request.json\n");
            assertThat(adapter.output())
                    .contains("no --warmup: ready only means that the program waits for input; give a sample request")
                    .contains("worker 0: READY, it waits for a line of input, as was seen after ")
                    .containsSubsequence("adapter: READY, a worker is ready; ", "serving HTTP_JSON on port ");
        }
    }

    @Test
    void theLogSaysWhereUpiSendsSomethingElseThanTheWarmUp() {
        try (AdapterProcess adapter = serve(Map.of(), List.of("--warmup={\"instances\": [{\"km\": 2}]}"))) {
            adapter.logs("try it: curl ");
            assertThat(adapter.output())
                    .contains("INFO  UPI_V1: the program gets tables (--upi-payload=table), not \"instances\"")
                    .doesNotContain("try UPI_V1");
        }
    }

    @Test
    void aProgramThatDoesNotExistIsNamed() {
        try (AdapterProcess adapter = launch(List.of(), List.of("no-such-program"))) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            assertThat(adapter.output()).contains("the program \"no-such-program\" was not found on the PATH (");
        }
    }

    @Test
    void aProgramThatKeepsDyingBeforeItIsReadyIsGivenUp() {
        try (AdapterProcess adapter = launch(List.of(), Children.scripted("exit=7"))) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("exit code 7", "giving up: 5 starts in a row");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                AdapterProcess adapter = launch(List.of("--http-port=" + taken.getLocalPort()), Children.scripted())) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PORT.code());
            adapter.logs("port " + taken.getLocalPort(), "--http-port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no-such-host.invalid"})
    void anAddressThatCannotBeBoundIsNamedWithItsOption(String host) {
        try (AdapterProcess adapter = launch(List.of("--host=" + host), Children.scripted())) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PORT.code());
            assertThat(adapter.output())
                    .contains(" on " + host + " can't be opened: ")
                    .contains("in --host (");
        }
    }

    @Test
    void argumentsThatThePlatformSplitArePutTogetherAgain() {
        Map<String, String> merlin = Map.of("MERLIN_MODEL_NAME", "model-1");
        String program = "import sys; [print('{\"arg\": \"' + sys.argv[1] + '\"}', flush=True) for _ in sys.stdin]";
        String logged = "python3 -c \"" + program.replace("\"", "\\\"") + "\" \"two  words\"";
        try (AdapterProcess adapter = AdapterProcess.launch(HERE, merlin, List.of(), List.of(logged.split(" ", -1)))) {
            adapter.awaitPort();
            assertThat(new Callers(adapter).post("{}").body()).isEqualTo("{\"arg\": \"two  words\"}");
        }
    }
}
