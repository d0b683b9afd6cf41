package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.GoProgram;
import io.merlinadapter.cli.it.support.GoProgram.Ended;
import io.merlinadapter.cli.it.support.Mirror;
import io.merlinadapter.cli.it.support.Supervised;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Callers that share connections and leave at random moments: nobody else's call is lost or answered with theirs. */
@Isolated
@Timeout(600)
class CancelStormIT {
    private static final Pattern TALLY =
            Pattern.compile("answered (\\d+), cancelled (\\d+), answered though cancelled \\d+\n");

    @BeforeAll
    static void build() {
        GoProgram.CLIENT.build();
    }

    @Test
    void eachCallGetsItsOwnAnswerWhileAThirdAreCancelled() {
        try (Supervised adapter = Mirror.serve()) {
            String output = GoProgram.CLIENT.output("storm", Mirror.address(adapter));
            Matcher tally = TALLY.matcher(output);
            assertThat(tally.matches()).as(output).isTrue();
            assertThat(Integer.parseInt(tally.group(1))).as("answered").isGreaterThan(100);
            assertThat(Integer.parseInt(tally.group(2))).as("cancelled").isGreaterThan(30);
            adapter.until(() -> adapter.count("adapter_in_flight") == 0, "end of all work");
            adapter.wasReadyThroughout();
            assertThat(adapter.output()).doesNotContain(" ERROR ");
        }
    }

    @Test
    void aProgramThatSwapsAnswersIsFoundOut() {
        try (Supervised adapter = Mirror.serveWith(List.of("swap"))) {
            Ended ended = GoProgram.CLIENT.run("storm", Mirror.address(adapter));
            assertThat(ended.output()).contains("failed: call ").contains("instead of");
            assertThat(ended.code()).isEqualTo(1);
        }
    }
}
