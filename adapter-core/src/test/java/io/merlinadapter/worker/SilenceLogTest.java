package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Activity.Doing;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the log says of a program that does not answer. */
@Isolated("reads all that one logger writes, and changes its level")
class SilenceLogTest {
    private static final String WARM_UP = "worker 0: it has had the warm-up request (--warmup) for ";

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private ScriptedCore startWithWarmUp() {
        options.warmup = "{}";
        return options.start();
    }

    @Test
    void aWarmUpThatWasReadAndNotAnsweredIsSaidMoreAndMoreSeldom() {
        try (LogCapture log = new LogCapture(SilenceLog.class)) {
            ScriptedCore core = startWithWarmUp();
            core.advance(Duration.ofSeconds(3));
            assertThat(log.messages()).isEmpty();
            core.advance(Duration.ofSeconds(2));
            String advice = " s, has read it, and has written nothing to its stdout; it waits for more input. If it has"
                    + " answered, it must flush after each reply; if it reads until its stdin ends, it must read line by line";
            assertThat(log.messages()).containsExactly(WARM_UP + 4 + advice);
            core.advance(Duration.ofMinutes(4));
            assertThat(log.messages())
                    .containsExactly(WARM_UP + 4 + advice, WARM_UP + 16 + advice, WARM_UP + 64 + advice);
        }
    }

    @Test
    void aWarmUpThatWaitsForAnIdleProgramIsSaidToBeUnread() {
        try (LogCapture log = new LogCapture(SilenceLog.class)) {
            ScriptedCore core = startWithWarmUp();
            core.children.onStart(ScriptedChild::stopReading);
            core.ends(core.child(), 1);
            core.advance(Duration.ofMillis(150));
            core.advance(Duration.ofSeconds(5));
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "worker 0: it has not read the warm-up request (--warmup), which has waited for 4 s, and is"
                                    + " idle. Does it wait for a download?");
        }
    }

    @Test
    void aProgramThatIsIdleElsewhereMayBeSlow() {
        try (LogCapture log = new LogCapture(SilenceLog.class)) {
            ScriptedCore core = startWithWarmUp();
            core.child().does(Doing.ELSEWHERE);
            core.advance(Duration.ofSeconds(5));
            assertThat(log.messages())
                    .containsExactly(
                            WARM_UP + "4 s: it has written nothing to its stdout since; is it slow, does it flush,"
                                    + " does it read line by line?");
        }
    }

    @Test
    void aProgramThatComputesIsSaidToBeWaitedForWithoutAWarning() {
        try (LogCapture log = LogCapture.ofInfo(SilenceLog.class)) {
            ScriptedCore core = startWithWarmUp();
            for (int i = 1; i <= 5; i++) {
                core.child().does(new Activity(Doing.READS, i * 500_000_000L, 0));
                core.advance(Duration.ofSeconds(1));
            }
            assertThat(log.messages())
                    .containsExactly(WARM_UP + "4 s; it is computing, and is waited for (--startup-timeout=5 min)");
        }
    }

    @Test
    void aWarmUpThatIsAnsweredInTimeIsNotSpokenOf() {
        try (LogCapture log = LogCapture.ofInfo(SilenceLog.class)) {
            ScriptedCore core = startWithWarmUp();
            core.advance(Duration.ofSeconds(3));
            core.says(core.child(), "{}");
            core.advance(Duration.ofMinutes(1));
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    void whatACallerIsToldWhoseDeadlineHasPassedIsInTheLogMoreAndMoreSeldom() {
        try (LogCapture log = new LogCapture(SilenceLog.class)) {
            options.hangTimeout = Duration.ofMinutes(10);
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}", Duration.ofSeconds(3));
            core.advance(Duration.ofSeconds(3));
            assertThat(log.messages())
                    .containsExactly(
                            "worker 0: a caller was told: " + asked.failure().getMessage());
            assertThat(asked.failure())
                    .hasMessage(
                            "no answer within 3000 ms, of which the program had it for 3000 ms: it has written nothing to"
                                    + " its stdout since; is it slow, does it flush, does it read line by line?");
            for (int i = 2; i <= 5; i++) {
                core.says(core.child(), "{}");
                core.advance(Duration.ofMillis(200));
                core.ask("{}", Duration.ofSeconds(3));
                core.advance(Duration.ofSeconds(3));
            }
            assertThat(log.messages()).hasSize(3).last().asString().endsWith("line? (4 callers since its start)");
        }
    }

    @Test
    void aCallerThatWaitsBehindAnAnswerThatIsOwedIsToldSo() {
        ScriptedCore core = options.start();
        core.ask("{}", Duration.ofSeconds(3));
        core.advance(Duration.ofMillis(3100));
        Asked waits = core.ask("{}", Duration.ofSeconds(3));
        core.advance(Duration.ofSeconds(3));
        assertThat(waits.failure())
                .hasMessage(
                        "no answer within 3000 ms, all of which it waited for a worker: the program still owes an answer to"
                                + " an earlier request, after 6 s (the log says more); if it is only slow, raise WORKERS or"
                                + " --request-timeout");
    }

    @Test
    void aCallerThatWaitsBehindOneThatWaitsStillIsToldToRaiseTheWorkers() {
        ScriptedCore core = options.start();
        core.ask("{}", Duration.ofSeconds(9));
        Asked waits = core.ask("{}", Duration.ofSeconds(3));
        core.advance(Duration.ofSeconds(3));
        assertThat(waits.failure()).hasMessageContaining("all of which it waited for a worker; raise WORKERS or");
    }
}
