package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Besieged;
import io.merlinadapter.cli.it.support.Besieged.Damage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Callers who want to do harm: all others are answered meanwhile, and nothing is left over. {@code -Dattack.only=name,name}
 * chooses attacks for the tests of all, {@code -Dattack.seconds} how long each takes.
 */
@Isolated
@Timeout(3600)
final class AttackIT {
    private static final int SMALLEST_HEAP = 80;
    private static final int HEAP_OF_HALF_A_GIBIBYTE = 128;

    /** The cheapest ways to fill a heap that nobody pays for. */
    private static final List<String> WORST = List.of(
            "settings-never-acknowledged",
            "large-headers-by-http1",
            "large-headers",
            "unread-replies",
            "one-byte-of-each-body",
            "watches",
            "unread-metrics");

    @Test
    void theCheapestAttacksOnTheSmallestHeapHurtNobody() throws InterruptedException {
        withstands(SMALLEST_HEAP, 2, WORST);
    }

    @Test
    @Tag("all")
    void noAttackOnTheSmallestHeapHurtsAnybody() throws InterruptedException {
        withstands(SMALLEST_HEAP, Integer.getInteger("attack.seconds", 4), all());
    }

    @Test
    @Tag("all")
    void noAttackOnALargerHeapHurtsAnybody() throws InterruptedException {
        withstands(HEAP_OF_HALF_A_GIBIBYTE, Integer.getInteger("attack.seconds", 4), all());
    }

    private static List<String> all() {
        List<String> all = Besieged.attacks();
        assertThat(all).containsAll(WORST);
        String only = System.getProperty("attack.only", "");
        return only.isEmpty() ? all : List.of(only.split(","));
    }

    /** Each attack comes upon what the others have left behind, unless one has ended the adapter: the next has another. */
    private static void withstands(int heap, int seconds, List<String> attacks) throws InterruptedException {
        List<Damage> damages = new ArrayList<>();
        Iterator<String> next = attacks.iterator();
        while (next.hasNext()) {
            try (Besieged adapter = new Besieged(heap)) {
                while (next.hasNext() && !adapter.hasFallen()) {
                    Damage damage = adapter.suffer(Duration.ofSeconds(seconds), List.of(next.next()));
                    System.out.println(damage);
                    damages.add(damage);
                }
                if (!adapter.hasFallen()) {
                    adapter.checkUnharmed();
                }
            }
        }
        assertThat(damages)
                .as("all: %s", damages)
                .allSatisfy(damage -> assertThat(damage.faults()).isEmpty());
    }
}
