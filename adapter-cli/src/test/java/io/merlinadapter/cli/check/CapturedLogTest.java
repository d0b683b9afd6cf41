package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.check.CapturedLog.Line;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CapturedLogTest {
    private final CapturedLog log = new CapturedLog(() -> 0);

    private void write(String type, String more, String message) {
        byte[] line = ("{\"time\":\"2026-11-29T07:26:50.801Z\",\"severity\":\"INFO\",\"type\":\"" + type + "\"," + more
                        + "\"message\":\"" + message + "\"}\n")
                .getBytes(StandardCharsets.UTF_8);
        log.write(line, 0, 7);
        log.write(line, 7, line.length - 7);
    }

    @Test
    void linesAreKeptInTheirOrder() {
        write("adapter", "", "worker 0: started as process 7");
        write("child", "\"stream\":\"stderr\",", "loading");
        write("adapter", "", "worker 0: READY, it runs");

        assertThat(log.since(0).stream().map(Line::message))
                .containsExactly("worker 0: started as process 7", "loading", "worker 0: READY, it runs");
        assertThat(log.since(2)).hasSize(1);
    }

    @Test
    void theLastWordsAreThoseOfStderr() {
        write("child", "\"stream\":\"stderr\",", "Traceback");
        write("child", "\"stream\":\"stdout\",", "hello");
        write("child", "\"stream\":\"stderr\",", " ");
        write("child", "\"stream\":\"stderr\",", "KeyError: 'km'");

        assertThat(log.lastWords(0, 1)).containsExactly("KeyError: 'km'");
        assertThat(log.lastWords(0, 9)).containsExactly("Traceback", "KeyError: 'km'");
        assertThat(log.output(0, 9)).containsExactly("hello");
    }

    @Test
    void aFloodPushesOutNothingThatTheAdapterSays() {
        write("adapter", "", "worker 0: started as process 7");
        for (int i = 0; i < 3000; i++) {
            write("child", "\"stream\":\"stdout\",", "x".repeat(1000));
        }

        assertThat(log.since(0)).hasSizeLessThan(1100);
        assertThat(log.since(0).get(0).message()).isEqualTo("worker 0: started as process 7");
    }

    @Test
    void whatIsNoLineOfTheLogIsLeftOut() {
        byte[] stray = "SLF4J: hello\n{}\n".getBytes(StandardCharsets.UTF_8);
        log.write(stray, 0, stray.length);

        assertThat(log.since(0)).isEmpty();
    }

    @Test
    void waitingForALineThatDoesNotComeEnds() throws InterruptedException {
        assertThat(log.await(0, line -> true, 0)).isNull();
    }
}
