package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignalsIT {
    @Test
    void aSignalToAProgramThatHasEndedLeavesItsLastWordsToBeRead() throws Exception {
        Process process = new ProcessBuilder("setsid", "sh", "-c", "echo last words").start();
        process.waitFor();
        Signals.send(new ChildProcess(process, true), "KILL");
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("last words\n");
    }
}
