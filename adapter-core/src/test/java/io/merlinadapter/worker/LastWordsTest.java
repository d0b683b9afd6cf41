package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.ChildLog;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** When the log repeats the last lines of a program that has died. */
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
}
