package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.ChildLog;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the log repeats the last lines of a program that has died, and which of them says why. */
@Isolated("changes the level of a logger that others write to")
class LastWordsTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static void dies(ScriptedCore core, String words) {
        core.child().writeToStderr(words);
        core.ends(core.child(), 9);
        core.advance(Duration.ofSeconds(2));
    }

    @Test
    void whatStandsRightAboveIsNotSaidAgain() {
        options.giveUpAfter = 3;
        try (LogCapture pool = new LogCapture(WorkerPool.class);
                LogCapture child = LogCapture.ofInfo(ChildLog.LOGGER)) {
            ScriptedCore core = options.start();
            dies(core, "one\ntwo");
            assertThat(child.messages()).containsExactly("worker 0 stderr: one", "worker 0 stderr: two");
            assertThat(pool.messages()).noneMatch(line -> line.contains("last words"));
        }
    }

    @Test
    void whatTheLevelOfTheLogHasHiddenIsSaidUnlessItIsGivenUp() {
        options.giveUpAfter = 2;
        try (LogCapture pool = new LogCapture(WorkerPool.class)) {
            ScriptedCore core = options.start();
            dies(core, "one\ntwo");
            assertThat(pool.messages()).last().isEqualTo("worker 0: its last words on stderr:\n  one\n  two");
            // Whoever gives up says them.
            dies(core, "three");
            assertThat(core.pool.gaveUp().result().lastWords()).containsExactly("three");
            assertThat(pool.messages())
                    .filteredOn(line -> line.contains("last words"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Error in eval(): it failed|Execution halted",
                "Error: it failed|Calls: predict -> fromJSON -> parse|Execution halted",
                "Error: it failed|                              |          (right here) ------^|Execution halted",
                "Error: it failed|    at Module.load (node:internal/modules/cjs/loader:1266:32) {|  code: 'MODULE_NOT_FOUND',"
                        + "|  requireStack: [ '/app/my.js' ]|}||Node.js v20.20.2",
                "Error: it failed|Require stack:|- /app/my.js|    at Module.load (node:internal:12)||Node.js v20.20.2",
                "panic: it failed||goroutine 1 [running]:|main.(*Model).load(...)|\t/app/main.go:5 +0x1d|main.main()"
                        + "|\t/app/main.go:9 +0x2|exit status 2",
                "java.io.IOException: it failed|\tat App.load(App.java:3)|\t... 3 more",
                "thread 'main' panicked: it failed|note: run with `RUST_BACKTRACE=1` environment variable",
            })
    void theLineThatSaysSomethingIsChosen(String lines) {
        assertThat(LastWords.telling(List.of(lines.split("\\|"))))
                .startsWith("; it said on its stderr: ")
                .contains("it failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ValueError: at least one array is required",
                "jq: error (at <stdin>:1): null (null) has no keys",
                "model.load(path) failed",
                "exit status 2 of the loader",
                "code: 3"
            })
    void aLastLineThatSaysSomethingIsTaken(String line) {
        assertThat(LastWords.telling(List.of("before", line))).isEqualTo("; its last line on stderr: " + line);
    }

    @Test
    void whereNoLineSaysSomethingTheLastIsTaken() {
        assertThat(LastWords.telling(List.of("}", "Execution halted")))
                .isEqualTo("; its last line on stderr: Execution halted");
        assertThat(LastWords.telling(List.of())).isEmpty();
    }
}
