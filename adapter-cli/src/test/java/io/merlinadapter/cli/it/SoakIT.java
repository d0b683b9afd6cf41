package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many requests, with children killed all along: every answer is right, and nothing is left over. The short version of it
 * is among the other tests of serving.
 */
@Isolated
@Tag("long")
@Tag("soak")
class SoakIT {
    private static final int REQUESTS = 1_000_000;
    private static final int KILL_EVERY = 10_000;
    private static final int CALLERS = 64;

    @Test
    void aMillionRequestsWithAHundredDeathsLeaveNothingBehind() throws Exception {
        soak(1, List.of("--workers=2"), Children.scripted());
    }

    @Test
    void aMillionRequestsOverSocketsInJsonRpcWithAHundredDeathsLeaveNothingBehind() throws Exception {
        List<String> options = List.of("--workers=2", "--format=jsonrpc", "--channel=socket");
        soak(8, options, Children.scripted("jsonrpc", "concurrency=8"));
    }

    /** With children that have at most {@code inside} requests each, which may be lost with them. */
    private static void soak(int inside, List<String> options, List<String> child) throws Exception {
        try (AdapterProcess adapter = AdapterProcess.launch(Path.of("."), Map.of(), options, child)) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            callers.post("{}");
            long filesBefore = entries(adapter, "fd");
            long threadsBefore = entries(adapter, "task");
            AtomicInteger lost = new AtomicInteger();
            Callers.together(CALLERS, REQUESTS, n -> {
                HttpResponse<String> answer = callers.post("{\"token\":\"t" + n + "\"}");
                if (answer.statusCode() == 200) {
                    assertThat(answer.body()).startsWith("{\"token\":\"t" + n + "\",");
                } else {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
                    lost.incrementAndGet();
                }
                if (n % KILL_EVERY == 1 && answer.statusCode() == 200) {
                    long pid = Long.parseLong(answer.body().replaceAll(".*\"pid\":(\\d+).*", "$1"));
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            });
            assertThat(lost.get()).isLessThanOrEqualTo(inside * (REQUESTS / KILL_EVERY + 1));
            adapter.awaitReady(2);
            assertThat(entries(adapter, "fd")).isLessThan(filesBefore + CALLERS + 20);
            assertThat(entries(adapter, "task")).isLessThan(threadsBefore + 15);
            assertThat(adapter.metrics()).containsPattern("adapter_in_flight\\{[^}]*} 0\\.0");
        }
    }

    private static long entries(AdapterProcess adapter, String kind) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(adapter.pid()), kind))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
