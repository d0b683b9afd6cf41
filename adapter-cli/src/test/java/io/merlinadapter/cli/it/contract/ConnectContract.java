package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Watch.Sign;
import io.merlinadapter.cli.run.ExitCode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that listen themselves, at a place of their own for each copy, so that the adapter is the one who connects. */
interface ConnectContract extends Supervision {
    private static List<String> at(String address) {
        return List.of("--workers=2", "--channel=connect:" + address);
    }

    @Test
    default void copiesThatListenOnUnixSocketsAreFoundAndFoundAgain(@TempDir Path folder) throws Exception {
        String address = "unix:" + folder.resolve("model-{worker}");
        serveLoseAndServe(at(address), "listen=" + address);
    }

    @Test
    default void copiesThatListenOnPortsAreFoundAndFoundAgain() throws Exception {
        int tens = AdapterProcess.freeTens();
        serveLoseAndServe(at("tcp:127.0.0.1:" + tens + "{worker}"), "listen=tcp:" + tens + "{worker}");
    }

    private void serveLoseAndServe(List<String> options, String listen) throws Exception {
        try (Supervised adapter = serve(options, "load=0.3", listen)) {
            adapter.process().awaitReady(2);
            assertThat(pids(adapter)).hasSize(2);
            adapter.post(does("['exit',1]")).isError(502, "exit code 1");
            adapter.process().awaitReady(2);
            assertThat(pids(adapter)).hasSize(2);
            adapter.diedOf("exit", 1);
            adapter.wasReadyThroughout();
        }
    }

    private static Set<Long> pids(Supervised adapter) throws InterruptedException {
        Set<Long> pids = ConcurrentHashMap.newKeySet();
        Callers.together(8, 200, n -> pids.add(adapter.post(echo("t" + n)).pid()));
        return new HashSet<>(pids);
    }

    @Test
    default void aProgramThatNeverListensFailsItsStart(@TempDir Path folder) {
        Path nobody = folder.resolve("nobody");
        List<String> options = List.of("--channel=connect:unix:" + nobody, "--startup-timeout=1s", "--give-up-after=1");
        try (Supervised adapter = launch(options, "deaf")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs(nobody.toString(), "--startup-timeout");
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void whoeverListensThereBeforeIsNotTakenForTheProgram() throws Exception {
        try (ServerSocket other = new ServerSocket(AdapterProcess.freePort(), 1, InetAddress.getLoopbackAddress())) {
            String address = "tcp:127.0.0.1:" + other.getLocalPort();
            List<String> options = List.of("--channel=connect:" + address, "--give-up-after=1");
            try (Supervised adapter = launch(options, "deaf")) {
                assertThat(adapter.process().exitCode()).isNotZero();
                adapter.logs("127.0.0.1:" + other.getLocalPort(), "something listens");
                adapter.watch().was(Sign.TCP, "refused");
            }
        }
    }
}
