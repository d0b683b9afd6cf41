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
import org.junit.jupiter.api.Tag;
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

    private static final long MIB = 1 << 20;

    private final CoreHarness.Options options = new CoreHarness.Options();
    private String body = "{}";
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
    void aWorkerThatGoesBadIsReplacedAndFromThenOnAllSucceed(@TempDir Path folder) {
        options.command = CoreHarness.scripted("bad-once=" + folder.resolve("was-bad"));
        options.workers = 2;
        options.badStreak = 20;
        options.warmup = "{}";
        try (CoreHarness rig = serve()) {
            rig.until(() -> rig.pool.stats().ready() == 2);
            int failed = 0;
            while (rig.metric("adapter_worker_deaths_total", "failing") == 0) {
                Future<String> call = rig.predict("{}");
                rig.await(call.otherwiseEmpty());
                if (call.failed()) {
                    failed++;
                    assertThat(rig.failure(call)).hasMessageContaining("no device");
                }
            }
            assertThat(failed).isGreaterThanOrEqualTo(20);
            for (int i = 0; i < 100; i++) {
                rig.answer("{}");
            }
            assertThat(moves).isEmpty();
            assertThat(rig.metric("adapter_worker_starts_total")).isEqualTo(3);
        }
    }

    @Test
    void aProgramThatLeaksHoldsNoMoreMemoryInTheEndThanInTheBeginning() {
        options.maxRequests = 200;
        leak(256, Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void anHourOfALeakInAMinuteLeavesMemoryFlat() {
        options.maxRequests = 1000;
        leak(100, Duration.ofMinutes(1));
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void anHourOfALeakInAMinuteLeavesMemoryFlatWhereItIsWatched() {
        options.maxRss = 100 * MIB;
        options.stableAfter = Duration.ofMillis(1);
        leak(16, Duration.ofMinutes(1));
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void anHourOfALeakInAMinuteLeavesMemoryFlatWhereRequestsAreMerged() {
        mergeInstances();
        options.maxRequests = 1000;
        leak(100, Duration.ofMinutes(1));
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void anHourOfALeakInAMinuteLeavesMemoryFlatWhereRequestsGoInBatches() {
        options.rpc = true;
        options.maxInFlight = 256;
        options.command = CoreHarness.scripted("jsonrpc", "batch=8");
        options.maxRequests = 1000;
        leak(100, Duration.ofMinutes(1));
    }

    private void mergeInstances() {
        options.mergesBatches = true;
        options.batchMaxSize = 8;
        options.batchMaxDelay = Duration.ofMillis(2);
        options.command = CoreHarness.scripted("instances");
        body = "{\"instances\":[{}]}";
    }

    @Test
    void ofAMergedLineEachCallCountsForTheLimitOfRequests() {
        mergeInstances();
        options.maxRequests = 40;
        options.warmup = "{}";
        try (CoreHarness rig = serve()) {
            while (rig.metric("adapter_worker_deaths_total", "recycled") < 2) {
                List<Future<String>> calls = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    calls.add(rig.predict(body));
                }
                calls.forEach(rig::await);
            }
            assertThat(rig.metric("adapter_batch_size_count")).isLessThan(rig.metric("adapter_batch_size_sum"));
            // Those that are served while a successor starts count for no limit.
            assertThat(rig.metric("adapter_batch_size_sum")).isGreaterThanOrEqualTo(72);
            assertThat(rig.metric("adapter_worker_duration_seconds_count"))
                    .isEqualTo(rig.metric("adapter_batch_size_sum"));
            assertThat(moves).isEmpty();
        }
    }

    /**
     * Serves for so long. No request fails; the largest child of the second half is about as large as that of the first, and
     * far smaller than what has leaked in all.
     */
    private void leak(int kibibytes, Duration time) {
        List<String> command = new ArrayList<>(options.command);
        command.add("leak=" + kibibytes);
        options.command = command;
        options.workers = 2;
        options.warmup = "{}";
        try (CoreHarness rig = serve()) {
            long begin = System.nanoTime();
            long served = 0;
            long[] largest = new long[2];
            boolean over = false;
            int whileOneStarts = 0;
            while (!over) {
                // Else a slow start of a successor decides how much the child holds that it is to replace.
                whileOneStarts = isOneStarting(rig) ? whileOneStarts + 1 : 0;
                if (whileOneStarts > 5) {
                    rig.until(() -> !isOneStarting(rig));
                }
                long spent = System.nanoTime() - begin;
                over = spent > time.toNanos() && rig.metric("adapter_worker_deaths_total", "recycled") >= 12;
                int half = spent < time.toNanos() / 2 ? 0 : 1;
                List<Future<String>> calls = new ArrayList<>();
                for (int i = 0; i < 16; i++) {
                    calls.add(rig.predict(body));
                }
                for (Future<String> call : calls) {
                    String pid = rig.await(call).replaceAll(".*\"pid\":(\\d+).*", "$1");
                    served++;
                    if (served % 50 == 0) {
                        largest[half] = Math.max(largest[half], residentBytes(pid));
                    }
                }
            }
            System.out.println(served + " requests, " + rig.metric("adapter_worker_deaths_total", "recycled")
                    + " children recycled; the largest held " + largest[0] / MIB + " MiB in the first half, "
                    + largest[1] / MIB + " MiB in the second");
            assertThat(largest[1]).isLessThan(2 * largest[0] + 32 * MIB);
            assertThat(largest[1]).isLessThan(served * kibibytes * 1024 / 4);
            assertThat(moves).isEmpty();
            assertThat(rig.metric("adapter_worker_deaths_total"))
                    .isEqualTo(rig.metric("adapter_worker_deaths_total", "recycled"));
        }
    }

    private boolean isOneStarting(CoreHarness rig) {
        return rig.metric("adapter_worker_starts_total") > rig.metric("adapter_worker_deaths_total") + options.workers;
    }

    /** 0 for a child that has ended since. */
    private static long residentBytes(String pid) {
        try {
            String pages = Files.readString(Path.of("/proc", pid, "statm")).split(" ", -1)[1];
            return Long.parseLong(pages) * 4096;
        } catch (IOException gone) {
            return 0;
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
