package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsIT {
    @Test
    void aSignalToAProgramThatHasEndedLeavesItsLastWordsToBeRead() throws Exception {
        Process process = new ProcessBuilder("setsid", "sh", "-c", "echo last words").start();
        process.waitFor();
        Signals.send(new ChildProcess(process, true), "KILL");
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("last words\n");
    }

    @Test
    void processesThatReplaceThemselvesAgainAndAgainAreKilledByTheirMark(@TempDir Path folder) throws Exception {
        Path again = Files.writeString(folder.resolve("again.sh"), "exec sh \"$0\"\n");
        // Not read at once, so that some are replaced in the midst of that.
        String large = "x".repeat(30_000);
        List<Process> processes = new ArrayList<>();
        try {
            for (int round = 0; round < 100; round++) {
                String mark = UUID.randomUUID().toString();
                for (int i = 0; i < 3; i++) {
                    ProcessBuilder builder = new ProcessBuilder("sh", again.toString());
                    builder.environment().put("ALSO_THERE", large);
                    builder.environment().put("MARK_OF_THIS_TEST", mark);
                    processes.add(builder.start());
                }
                Signals.killMarked("worker-0", "MARK_OF_THIS_TEST=" + mark);
                for (Process process : processes) {
                    assertThat(process.waitFor(20, TimeUnit.SECONDS))
                            .as("was killed in round %d", round)
                            .isTrue();
                }
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }
}
