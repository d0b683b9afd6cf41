package io.merlinadapter.cli.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.FaultLoad;
import io.merlinadapter.cli.it.support.Footprint;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Full load with one fault every second: everybody is answered, with the own answer or an error of the table, and nothing
 * is left over. {@code -Dsoak.seconds} and {@code -Dsoak.seed} set the time and repeat a run.
 */
interface FaultSoakContract extends Supervision {
    List<String> OPTIONS = List.of(
            "--workers=3",
            "--request-timeout=2s",
            "--hang-timeout=1s",
            // Deaths come faster than they would be forgotten, and connections are to stay whatever happens.
            "--back-off-max=0.3s",
            "--unready-grace=1h");

    /** Until everything that is made on first need is there. */
    Duration WARM = Duration.ofSeconds(2);

    @Override
    default String javaOptions() {
        return "";
    }

    @Test
    default void aFewSecondsOfFaultsUnderLoadLeaveNothingBehind() throws Exception {
        soak(Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    @Tag("soak")
    default void minutesOfFaultsUnderLoadLeaveNothingBehind() throws Exception {
        soak(Duration.ofSeconds(Long.getLong("soak.seconds", 300)));
    }

    /** How the children are started: those that can, work on many requests at a time. */
    default String[] vices() {
        return new String[0];
    }

    private void soak(Duration time) throws InterruptedException {
        long seed = Long.getLong("soak.seed", System.nanoTime());
        System.out.println("soak.seed=" + seed);
        try (Supervised adapter = serve(OPTIONS, vices())) {
            FaultLoad load = new FaultLoad(adapter, this, seed);
            load.run(WARM);
            Footprint first = Footprint.of(adapter);
            load.run(time.minus(WARM));
            Footprint last = Footprint.of(adapter);
            System.out.println(load + "; " + first + " -> " + last);
            load.checkCounts();
            last.checkNotAbove(first);
            adapter.serves("after");
            assertThat(adapter.watch().seen(Watch.Sign.TCP)).containsExactly("open");
            assertThat(adapter.watch().seen(Watch.Sign.LIVE)).containsExactly("200");
        }
    }
}
