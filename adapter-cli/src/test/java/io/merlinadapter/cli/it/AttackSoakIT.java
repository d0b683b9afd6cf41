package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Besieged;
import io.merlinadapter.cli.it.support.Besieged.Damage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Minutes of calls beside an attacker who tries one way after the other: everybody is answered, and nothing is left over.
 * {@code -Dsoak.seconds} and {@code -Dsoak.seed} set the time and repeat a run.
 */
@Isolated
@Tag("long")
@Tag("soak")
@Timeout(7200)
class AttackSoakIT {
    private static final int HEAP = 80;
    private static final Duration EACH = Duration.ofSeconds(10);

    @Test
    void minutesOfAttacksInAnyOrderLeaveNothingBehind() throws InterruptedException {
        long seed = Long.getLong("soak.seed", System.nanoTime());
        System.out.println("soak.seed=" + seed);
        Random dice = new Random(seed);
        List<String> all = Besieged.attacks();
        List<String> attacks = new ArrayList<>();
        for (long i = 0; i < Long.getLong("soak.seconds", 600) / EACH.toSeconds(); i++) {
            attacks.add(all.get(dice.nextInt(all.size())));
        }
        try (Besieged adapter = new Besieged(HEAP)) {
            Damage damage = adapter.suffer(EACH, attacks);
            System.out.println(damage);
            assertThat(damage.faults()).as("%s", damage).isEmpty();
            adapter.checkUnharmed();
        }
    }
}
