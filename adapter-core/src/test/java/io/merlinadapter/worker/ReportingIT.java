package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a program's own metrics when its processes come and go. */
class ReportingIT {
    private static final String REPORT = "{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":["
            + "{\"name\":\"%1$s\",\"type\":\"gauge\",\"value\":1},{\"name\":\"%1$s_reports\",\"type\":\"counter\",\"value\":1}]}\n";

    private final CoreHarness.Options options = new CoreHarness.Options();

    @BeforeEach
    void speakJsonRpc() {
        options.rpc = true;
    }

    /** What has a program report this, in JSON. */
    private static String report(String name) {
        return '"' + REPORT.formatted(name).replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String does(String step, String value) {
        return "{\"do\":[[\"write\"," + report("asked") + "],[\"" + step + "\"," + value + "]]}";
    }

    @Test
    void theEndOfAProcessTakesAwayItsGaugesAndKeepsWhatItCounted() {
        options.command = CoreHarness.scripted("jsonrpc");
        options.workers = 2;
        options.requestTimeout = CoreHarness.PATIENCE;
        try (CoreHarness rig = options.serve()) {
            rig.until(() -> rig.pool.stats().ready() == 2);
            rig.answer(does("answer", "{}"));
            assertThat(rig.metric("asked")).isEqualTo(1);
            assertThat(rig.metric("asked_reports_total")).isEqualTo(1);
            rig.failure(does("exit", "1"));
            rig.failure(does("exit", "1"));
            assertThat(rig.metric("asked")).isZero();
            assertThat(rig.metric("asked_reports_total")).isEqualTo(3);
        }
    }

    @Test
    void aSuccessorsGaugesOutliveTheProcessThatItReplaces() {
        options.command = CoreHarness.scripted("jsonrpc", "write=" + report("started"));
        options.maxRequests = 1;
        options.requestTimeout = CoreHarness.PATIENCE;
        try (CoreHarness rig = options.serve()) {
            for (int replaced = 1; replaced <= 3; replaced++) {
                int sofar = replaced;
                rig.answer(does("answer", "{}"));
                rig.until(() -> rig.metric("adapter_worker_deaths_total", "recycled") == sofar);
                assertThat(rig.metric("asked")).isZero();
                assertThat(rig.metric("started", "worker=\"0\"")).isEqualTo(1);
                assertThat(rig.metric("asked_reports_total")).isEqualTo(replaced);
                assertThat(rig.metric("started_reports_total")).isEqualTo(replaced + 1);
            }
        }
    }
}
