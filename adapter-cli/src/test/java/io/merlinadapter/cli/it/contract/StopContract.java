package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.tell;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Watch.Sign;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The way out, with programs that leave when asked and with others. */
interface StopContract extends Supervision {
    List<String> LONG_DELAY = List.of("--drain-delay=20s", "--grace-period=60s");

    /** Less than any time to drain, more than the slowest machine needs. */
    Duration SOON = Duration.ofSeconds(8);

    String CLOSED = "worker 0: its input is closed";
    String TERMINATED = "worker 0: [^\n]*SIGTERM";
    String KILLED = "worker 0: [^\n]*SIGKILL";

    @Test
    default void anIdleProgramThatLeavesAtTheEndOfItsInputIsSentNoSignal() {
        try (Supervised adapter = serve(List.of("--drain-timeout=15s"), "ignore-term")) {
            long before = System.nanoTime();
            assertThat(adapter.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
            assertThat(adapter.output())
                    .containsPattern(CLOSED)
                    .doesNotContainPattern(TERMINATED)
                    .doesNotContainPattern(KILLED);
        }
    }

    @Test
    default void aProgramThatIgnoresTheEndOfItsInputIsTerminated() {
        try (Supervised adapter = serve(List.of(), "ignore-eof")) {
            assertThat(adapter.stop()).isZero();
            assertThat(adapter.output())
                    .containsPattern(CLOSED + "(?s:.*)" + TERMINATED)
                    .doesNotContainPattern(KILLED);
        }
    }

    @Test
    default void aProgramThatIgnoresEverythingIsKilledStepByStep() {
        try (Supervised adapter = serve(List.of(), "ignore-eof", "ignore-term")) {
            long child = adapter.child();
            assertThat(adapter.stop()).isZero();
            adapter.logsLike(CLOSED + "(?s:.*)" + TERMINATED + "(?s:.*)" + KILLED);
            assertThat(ProcessHandle.of(child)).isEmpty();
        }
    }

    @Test
    default void aStopIsAnnouncedFirstAndServesUntilTheDelayIsOver() {
        try (Supervised adapter = serve(List.of("--drain-delay=2s", "--grace-period=60s"))) {
            adapter.process().terminate();
            adapter.until(() -> adapter.watch().is(Sign.READY, "503"), "announcement");
            adapter.serves("during the delay");
            adapter.until(() -> adapter.watch().is(Sign.TCP, "refused"), "closed port");
            assertThat(adapter.process().exitCode()).isZero();
            adapter.watch().was(Sign.TCP, "open", "refused");
            assertThat(adapter.watch().seen(Sign.LIVE)).startsWith("200").doesNotContain("503");
            assertThat(adapter.watch().seen(Sign.READY)).startsWith("200", "503");
            Duration announced = adapter.watch().when(Sign.READY, "503");
            assertThat(adapter.watch().when(Sign.TCP, "refused").minus(announced))
                    .isGreaterThan(Duration.ofMillis(1500));
        }
    }

    @Test
    default void aSecondSignalCutsTheDelayShort() {
        try (Supervised adapter = serve(LONG_DELAY)) {
            adapter.process().terminate();
            adapter.until(() -> adapter.watch().is(Sign.READY, "503"), "announcement");
            long before = System.nanoTime();
            assertThat(adapter.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
        }
    }

    @Test
    default void whatIsUnfinishedWhenTheTimeToDrainIsOverIsToldSo() {
        try (Supervised adapter = serve(List.of("--drain-timeout=1s"))) {
            var inside = adapter.postAside(does(tell("it is inside"), FOR_EVER));
            adapter.process().awaitOutput("it is inside");
            var waiting = adapter.postAside(echo("waiting"));
            adapter.until(() -> adapter.count("adapter_queue_depth") == 1, "request that waits");
            assertThat(adapter.stop()).isZero();
            inside.join().isError(502, "--drain-timeout");
            waiting.join().isError(503, "stopping");
        }
    }

    @Test
    default void everyChangeOfAWorkerIsLoggedWithHowThingsStand() {
        try (Supervised adapter = serve(List.of("--workers=2", "--drain-timeout=0s"))) {
            adapter.process().awaitReady(2);
            adapter.post(does("['exit',1]")).isError(502, "exit code 1");
            adapter.process().awaitReady(2);
            var inside = adapter.postAside(does(tell("it is inside"), FOR_EVER));
            adapter.process().awaitOutput("it is inside");
            assertThat(adapter.stop()).isZero();
            List<String> changes = Pattern.compile("(?m)^.*worker \\d+: [A-Z]{4,}, .*$")
                    .matcher(adapter.output())
                    .results()
                    .map(found -> found.group())
                    .toList();
            assertThat(changes).hasSizeGreaterThanOrEqualTo(6);
            assertThat(changes)
                    .allMatch(line -> line.matches(".*workers \\(ready=\\d/2, in flight=\\d+, queued=\\d+\\)"));
            assertThat(inside).isDone();
        }
    }
}
