package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.GoProgram;
import io.merlinadapter.cli.it.support.Mirror;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Supervised;
import java.io.BufferedReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What callers with Go's gRPC library do and expect, and those of other servers take for granted. */
@SideBySide
class GoClientIT {
    @BeforeAll
    static void build() {
        GoProgram.CLIENT.build();
    }

    @Test
    void protobufUnderTheNameOfFiberIsAnswered() {
        try (Supervised adapter = Mirror.serve()) {
            assertThat(client("fiber", adapter)).isEqualTo("answered\n");
        }
    }

    @Test
    void aCallThatWaitsForTheServerIsAnsweredWhenItHasCome() throws Exception {
        int port = AdapterProcess.freePort();
        Process client = GoProgram.CLIENT.launch("early", "127.0.0.1:" + port);
        try (BufferedReader lines = client.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("refused");
            try (Supervised adapter = Mirror.serve("--grpc-port=" + port)) {
                assertThat(lines.readLine()).as(adapter.output()).isEqualTo("answered");
            }
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void deadlinesEndCallsAndHinderNoOthers() {
        try (Supervised adapter = Mirror.serve()) {
            assertThat(client("deadlines", adapter)).isEqualTo("ended in time: 40\n");
            adapter.until(() -> adapter.count("adapter_in_flight") == 0, "end of all work");
        }
    }

    @Test
    void theServersOwnLimitEndsACallWithItsReason() {
        try (Supervised adapter = Mirror.serve("--request-timeout=1s")) {
            assertThat(client("timeout", adapter)).startsWith("no answer within 1000 ms, ");
        }
    }

    @Test
    void aBurstOfPingsWithoutACallDoesNotEndTheConnection() {
        try (Supervised adapter = Mirror.serve()) {
            assertThat(client("pings", adapter)).isEqualTo("answered PINGs: 2000\n");
        }
    }

    @Test
    void answersCanBeForwardedByAProxyAndByARouterThatWritesThemAgain() {
        try (Supervised adapter = Mirror.serve()) {
            assertThat(client("forward", adapter)).isEqualTo("forwarded: 60\n");
        }
    }

    private static String client(String command, Supervised adapter) {
        return GoProgram.CLIENT.output(command, Mirror.address(adapter));
    }
}
