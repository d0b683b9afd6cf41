package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.MemoryGroup;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.run.ExitCode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that takes more memory than it may. {@link VersionTwoIT} has the kernel's part in it. */
@SideBySide
class ProgramMemoryIT {
    private static final Path HERE = Path.of(".");
    static final String HUNGRY = """
            import json, sys
            held = bytearray(int(sys.argv[1]) << 20)
            for line in sys.stdin:
                more = [bytearray(1 << 20) for _ in range(json.loads(line)["mb"])]
                print(json.dumps({"predictions": [len(more)]}), flush=True)
            """;

    private static List<String> hungry(int megabytesAtFirst) {
        return List.of("python3", "-c", HUNGRY, Integer.toString(megabytesAtFirst));
    }

    @Test
    void aProgramThatHoldsMoreThanItMayDiesAloneAndIsNamed() {
        try (AdapterProcess adapter =
                AdapterProcess.launch(HERE, Map.of(), List.of("--program-memory=150MiB"), hungry(1))) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            assertThat(callers.post("{\"mb\": 50}").body()).isEqualTo("{\"predictions\": [50]}");
            HttpResponse<String> died = callers.post("{\"mb\": 4000}");
            assertThat(died.statusCode()).isEqualTo(502);
            assertThat(died.body()).contains("out of memory: it held ", "more than --program-memory (150 MiB)");
            assertThat(callers.post("{\"mb\": 2}").body()).isEqualTo("{\"predictions\": [2]}");
            assertThat(adapter.metrics()).containsPattern("adapter_worker_deaths_total\\{[^}]*\"oom\"} 1");
            adapter.logs("worker 0: DEAD, it ended with signal 9 (SIGKILL), out of memory: it held ");
        }
    }

    @Test
    void aProgramThatNeedsMoreThanItMayToStartLeavesTheReasonForThePlatform(@TempDir Path folder) throws Exception {
        Path reason = Files.createFile(folder.resolve("termination-log"));
        List<String> options = List.of("--program-memory=64MiB", "--give-up-after=1", "--termination-log=" + reason);
        try (AdapterProcess adapter = AdapterProcess.launch(HERE, Map.of(), options, hungry(4000))) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            assertThat(reason).content().contains("out of memory: it held ", "more than --program-memory (64 MiB)");
        }
    }

    @Test
    void theProgramLeavesTheAdapterWhatItNeedsOfTheContainer() throws Exception {
        Optional<MemoryGroup> group = MemoryGroup.create(300L << 20);
        List<String> command = new ArrayList<>(group.map(MemoryGroup::prefix).orElse(List.of()));
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        // Where this user can make no group, what is left to see is that this ends a program, too.
        command.add("--program-memory=" + (group.isPresent() ? "10GiB" : "200MiB"));
        command.add("--");
        command.addAll(hungry(1));
        try (AdapterProcess adapter = AdapterProcess.start(HERE, Map.of(), AdapterProcess.freePort(), command)) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            HttpResponse<String> died = callers.post("{\"mb\": 4000}");
            assertThat(died.statusCode()).isEqualTo(502);
            // By the adapter, or by the kernel where the machine is too busy: either way its reason is known.
            assertThat(died.body()).contains("out of memory: " + (group.isPresent() ? "the container" : "it held"));
            assertThat(callers.post("{\"mb\": 2}").body()).isEqualTo("{\"predictions\": [2]}");
        }
        if (group.isPresent()) {
            group.get().close();
        }
    }
}
