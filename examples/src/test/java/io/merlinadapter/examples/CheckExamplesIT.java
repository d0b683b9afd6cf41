package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every example that runs without a container gets through {@code merlin-adapter check}, without a warning. */
@Timeout(600)
final class CheckExamplesIT {
    /** As in the examples' images. */
    private static final Map<String, String> AS_IN_THE_IMAGE =
            Map.of("ADAPTER_UPI_PAYLOAD", "instances", "ADAPTER_WARMUP", "@request.json");

    /** The one warning that a busy machine may cause: time is no matter of this test. */
    private static final String SLOW_START = "for its first answer";

    /** Runs the check in an example's folder, where its requests are. */
    private static CheckRun check(Path folder, Map<String, String> environment, List<String> words) {
        List<String> all = new ArrayList<>(List.of("--quick"));
        all.addAll(words);
        CheckRun run = CheckRun.of(folder, environment, all);

        assertThat(run.exitCode()).as(run.output() + run.errors()).isZero();
        assertThat(run.said()).contains("It will serve: no failures, ");
        assertThat(run.output().lines().filter(line -> line.startsWith("warn")))
                .as(run.output())
                .allMatch(line -> line.contains(SLOW_START));
        return run;
    }

    private static void fits(String example, String... words) {
        CheckRun run = check(ExampleContract.folder(example), AS_IN_THE_IMAGE, Arrays.asList(words));

        assertThat(run.said())
                .contains("ok answers request.json: 200 after ")
                .contains("ok upi upi-request.json: gRPC OK after ");
    }

    @Test
    void surgePricing() {
        fits("surge-pricing-python", "--artifact-location=artifact", "--", "python3", "predict.py");
    }

    @Test
    void fraudRules() {
        fits("fraud-rules-jq", "--", "jq", "--unbuffered", "-R", "-c", "-f", "rules.jq");
    }

    @Test
    void creditScoring() {
        fits("credit-scoring-r", "--artifact-location=artifact", "--", "Rscript", "predict.R");
    }

    @Test
    void tumours() {
        fits(
                "tumours-sklearn-python",
                "--batch=instances",
                "--retry-on-worker-loss",
                "--artifact-location=artifact",
                "--",
                "/usr/bin/python3",
                "predict.py");
    }

    @Test
    @ResourceLock(value = Iris.FETCHED, mode = ResourceAccessMode.READ)
    void irisLeaves() {
        fits(
                Iris.LEAVES,
                "--format=jsonrpc",
                "--channel=socket",
                "--artifact-location=artifact",
                "--",
                Iris.leaves().toString());
    }

    @Test
    void legacyDaemon(@TempDir Path sockets) throws Exception {
        Path program = AdapterProcess.ROOT.resolve("examples/target/check/tariffd");
        Files.createDirectories(program.getParent());
        Path folder = ExampleContract.folder("legacy-daemon-c");
        Tools.run(folder, "cc", "-O2", "-o", program.toString(), "tariffd.c");
        fits(
                "legacy-daemon-c",
                "--channel=connect:unix:" + sockets + "/{worker}.sock",
                "--workers=2",
                "--",
                "sh",
                "-c",
                "exec \"$0\" \"$1/$ADAPTER_WORKER.sock\"",
                program.toString(),
                sockets.toString());
    }

    @ParameterizedTest
    @EnumSource(value = ReferenceChild.class, mode = EnumSource.Mode.EXCLUDE, names = "PYTHON_LIBRARY")
    void theReferenceProgramsKeepWhatTheyPromise(ReferenceChild child, @TempDir Path folder) {
        List<String> words = new ArrayList<>(List.of(
                "--format=jsonrpc", "--protocol=HTTP_JSON", "--request={\"instances\":[{\"km\":2},{\"km\":3}]}", "--"));
        words.addAll(child.command());
        CheckRun run = check(folder, Map.of(), words);

        assertThat(run.said()).contains("ok jsonrpc it takes ");
        assertThat(run.said().contains("takes no batches"))
                .as(run.output())
                .isNotEqualTo(ReferenceChild.batching().contains(child));
    }
}
