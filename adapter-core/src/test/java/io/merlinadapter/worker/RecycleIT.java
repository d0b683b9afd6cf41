package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.dispatch.AdapterState;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are replaced as planned, which no caller notices. */
class RecycleIT {
    /** In the folder that is given: whether worker 1 can start, and whether others need their time. */
    private static final String WHERE_STARTS_ARE_HARD = """
            [ "$ADAPTER_WORKER" = 0 ] || [ ! -e "$0/failing" ] || [ ! -e "$0/began" ] || exit 3
            [ "$ADAPTER_WORKER" = 0 ] || touch "$0/began"
            [ ! -e "$0/slow" ] || sleep 4
            exec "$@"
            """;

    private final CoreHarness.Options options = new CoreHarness.Options();
    private final List<AdapterState> moves = new CopyOnWriteArrayList<>();

    private CoreHarness serve() {
        CoreHarness rig = options.serve();
        rig.await(rig.onLoop(() -> {
            rig.dispatcher.onMove(moves::add);
            return true;
        }));
        return rig;
    }

    @Test
    void afterSoManyRequestsAWorkerIsReplacedAndNoCallerNoticesIt() {
        options.maxRequests = 20;
        options.warmup = "{}";
        options.workers = 2;
        try (CoreHarness rig = serve()) {
            Set<String> pids = new HashSet<>();
            while (rig.metric("adapter_worker_deaths_total", "recycled") < 4) {
                List<Future<String>> calls = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    calls.add(rig.predict("{\"token\":" + i + "}"));
                }
                for (int i = 0; i < 20; i++) {
                    String answer = rig.await(calls.get(i));
                    assertThat(answer).startsWith("{\"token\":" + i + ",");
                    pids.add(answer.replaceAll(".*\"pid\":(\\d+).*", "$1"));
                }
            }
            assertThat(pids).hasSizeGreaterThanOrEqualTo(4);
            assertThat(moves).isEmpty();
            assertThat(rig.metric("adapter_worker_deaths_total"))
                    .isEqualTo(rig.metric("adapter_worker_deaths_total", "recycled"));
        }
    }

    @Test
    void aWorkerThatHoldsTooMuchMemoryIsReplaced() {
        options.maxRss = 100 << 20;
        options.stableAfter = Duration.ofMillis(1);
        options.warmup = "{}";
        try (CoreHarness rig = serve()) {
            String before = rig.answer("{}");
            rig.answer("{\"do\":[[\"hold_memory\",150],[\"answer\",{}]]}");
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "recycled") == 1);
            assertThat(rig.answer("{}")).isNotEqualTo(before);
            assertThat(moves).isEmpty();
        }
    }

    @Test
    void aLimitThatTheProgramCanNotKeepDoesNotReplaceItAgainAndAgain() {
        options.maxRss = 1 << 20;
        options.stableAfter = Duration.ofSeconds(7);
        try (CoreHarness rig = serve()) {
            long before = System.nanoTime();
            rig.until(() -> rig.metric("adapter_worker_starts_total") == 2);
            // Weighed every 5 s, and left alone the first time.
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(6));
        }
    }

    @Test
    void theOldWorkerGoesOnWhileItsSuccessorCanNotStart(@TempDir Path folder) {
        options.command = CoreHarness.scripted("once=" + folder.resolve("started"));
        options.maxRequests = 5;
        options.warmup = "{}";
        options.backOffMax = Duration.ofMillis(100);
        try (CoreHarness rig = serve()) {
            String first = rig.answer("{}");
            while (rig.metric("adapter_worker_starts_total") < 4) {
                assertThat(rig.answer("{}")).isEqualTo(first);
            }
            assertThat(moves).isEmpty();
            assertThat(rig.metric("adapter_worker_deaths_total", "recycled")).isZero();
        }
    }

    @Test
    void aSuccessorTakesOverWhateverHappensToOtherReplacementsMeanwhile(@TempDir Path folder) throws IOException {
        Path failing = Files.createFile(folder.resolve("failing"));
        Path slow = folder.resolve("slow");
        options.command = new ArrayList<>(List.of("sh", "-c", WHERE_STARTS_ARE_HARD, folder.toString()));
        options.command.addAll(CoreHarness.scripted());
        options.workers = 2;
        options.warmup = "{}";
        options.maxRequests = 1;
        options.backOff = Duration.ofSeconds(2);
        options.backOffMax = Duration.ofSeconds(2);
        try (CoreHarness rig = options.start()) {
            rig.until(() -> rig.pool.stats().ready() == 2);
            rig.predict("{\"do\":[[\"sleep\",1200],[\"answer\",{}]]}");
            // The replacement of worker 1 fails, and then worker 1 is gone as well.
            String pid = rig.answer("{}").replaceAll(".*\"pid\":(\\d+).*", "$1");
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "startup") == 1);
            Files.delete(failing);
            Files.createFile(slow);
            ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
            // Worker 0 is replaced while the pause after that failure ends.
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "recycled") == 1);
        }
    }
}
