package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.Rig;
import io.merlinadapter.dispatch.AdapterState;
import io.vertx.core.Future;
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
class RecycleTest {
    private final Rig.Options options = new Rig.Options();
    private final List<AdapterState> moves = new CopyOnWriteArrayList<>();

    private Rig serve() {
        Rig rig = options.serve();
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
        try (Rig rig = serve()) {
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
        options.warmup = "{}";
        try (Rig rig = serve()) {
            String before = rig.answer("{}");
            rig.answer("{\"do\":[[\"hold_memory\",150],[\"answer\",{}]]}");
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "recycled") == 1);
            assertThat(rig.answer("{}")).isNotEqualTo(before);
            assertThat(moves).isEmpty();
        }
    }

    @Test
    void theOldWorkerGoesOnWhileItsSuccessorCanNotStart(@TempDir Path folder) {
        options.command = Rig.scripted("once=" + folder.resolve("started"));
        options.maxRequests = 5;
        options.warmup = "{}";
        options.backOffMax = Duration.ofMillis(100);
        try (Rig rig = serve()) {
            String first = rig.answer("{}");
            while (rig.metric("adapter_worker_starts_total") < 4) {
                assertThat(rig.answer("{}")).isEqualTo(first);
            }
            assertThat(moves).isEmpty();
            assertThat(rig.metric("adapter_worker_deaths_total", "recycled")).isZero();
        }
    }
}
