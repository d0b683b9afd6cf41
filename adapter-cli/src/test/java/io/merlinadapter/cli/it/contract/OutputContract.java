package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs that write what they should not. */
interface OutputContract extends Supervision {
    /** Characters that the adapter may log of a flood of many more, which lasts for seconds where the machine is slow. */
    int MOST_LOGGED = 60_000_000;

    @Test
    default void theSurplusOfAProgramThatAnswersTwiceGoesToNobody() {
        try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
            long twofaced = adapter.child();
            Told told = adapter.post(does(write(reply(echo("a")) + "\n" + reply(echo("stray")) + "\n")));
            checkAnsweredTwice(adapter, told, twofaced);
        }
    }

    @Test
    default void garbageBeforeAnAnswerIsLoggedAndCounted() {
        try (Supervised adapter = serve(List.of())) {
            adapter.post(does("['write','loading 3 of 5\\n']", answer("a"))).isTheAnswerTo("a");
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
            adapter.logs("worker 0 " + replyStream() + ": loading 3 of 5");
            adapter.serves("next");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void garbageForAnAnswerIsNamedToTheCallerAndIsNoSignOfLifeForEver() {
        try (Supervised adapter = serve(SilenceContract.IMPATIENT)) {
            adapter.post(does("['write','nonsense\\n']", FOR_EVER))
                    .isError(504, "no answer within 1000 ms", "it has written 1 line to its " + replyStream());
            adapter.diedOf("hang", 1);
            adapter.process().awaitReady(1);
            adapter.serves("next");
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
        }
    }

    @Test
    default void aLineOfAHundredMegabytesFailsItsRequestOnly() {
        String[] halves = reply(echo("HERE")).split("HERE", 2);
        String middle = "['write_many',['x',100000000]]";
        try (Supervised adapter = serve(List.of())) {
            Told told = adapter.post(does(write(halves[0]), middle, write(halves[1] + "\n")));
            told.isError(502, "--max-reply");
            assertThat(told.body()).containsPattern("1000000\\d\\d bytes");
            adapter.serves("next");
            assertThat(adapter.failures("bad_reply")).isEqualTo(1);
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
            assertThat(adapter.starts()).isEqualTo(1);
            assertThat(adapter.output()).hasSizeLessThan(MOST_LOGGED);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aFloodOfErrorsWithoutAnEndOfLineIsReadAndMostlyDropped() {
        try (Supervised adapter = serve(List.of())) {
            adapter.post(does("['stderr_many',['x',200000000]]", answer("a"))).isTheAnswerTo("a");
            adapter.serves("next");
            adapter.until(() -> adapter.count("adapter_log_lines_dropped_total") > 30_000, "dropped pieces");
            assertThat(adapter.output()).hasSizeLessThan(MOST_LOGGED);
            assertThat(adapter.starts()).isEqualTo(1);
            adapter.wasReadyThroughout();
        }
    }
}
