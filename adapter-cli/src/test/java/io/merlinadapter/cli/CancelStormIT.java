package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Callers that share connections and leave at random moments: nobody else's call is lost or answered with theirs. */
@Isolated
@Timeout(120)
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
            assertThat(Integer.parseInt(tally.group(1))).as("answered").isGreaterThan(500);
            assertThat(Integer.parseInt(tally.group(2))).as("cancelled").isGreaterThan(100);
            adapter.wasReadyThroughout();
            assertThat(adapter.output()).doesNotContain(" ERROR ");
        }
    }
}
