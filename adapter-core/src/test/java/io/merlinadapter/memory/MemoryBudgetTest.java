package io.merlinadapter.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is taken from the budget comes back, once. */
class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100);

    private Body body(int size) {
        budget.reserve(size);
        return new Body(new byte[size], 0, size, budget, size);
    }

    @Test
    void noMoreIsTakenThanThereIs() {
        assertThat(budget.tryReserve(100)).isTrue();
        assertThat(budget.tryReserve(1)).isFalse();
        assertThat(budget.used()).isEqualTo(100);
        budget.release(1);
        assertThat(budget.tryReserve(1)).isTrue();
    }

    @Test
    void whatMustGetThroughIsTakenAllTheSame() {
        budget.reserve(150);
        assertThat(budget.used()).isEqualTo(150);
        assertThat(budget.tryReserve(1)).isFalse();
    }

    @Test
    void aBodyIsGivenBackOnce() {
        Body body = body(40);
        body.release();
        body.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aPartTakesOverWhatWasPaidForTheWhole() {
        Body whole = body(40);
        Body part = whole.part(10, 5);
        whole.release();
        assertThat(budget.used()).isEqualTo(40);
        part.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLongerBodyTakesThePlaceOfAShorterOneThatPaidForIt() {
        Body body = body(40);
        assertThat(body.payForMore(50)).isTrue();
        Body longer = body.replacedBy(new byte[50]);
        assertThat(budget.used()).isEqualTo(50);
        longer.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void manyThreadsTakeNoMoreThanThereIs() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int n = 0; n < 10_000; n++) {
                    if (budget.tryReserve(30)) {
                        budget.release(30);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(budget.used()).isZero();
    }

    /** A claim that notes what becomes of it. */
    private static final class Noted extends MemoryBudget.Claim {
        private final String name;
        private final List<String> notes;

        Noted(String name, long bytes, long held, List<String> notes) {
            super(bytes, held);
            this.name = name;
            this.notes = notes;
        }

        @Override
        protected void granted() {
            notes.add(name);
        }

        @Override
        protected void refused() {
            notes.add("no " + name);
        }
    }

    private static final long MIB = 1 << 20;
    private final MemoryBudget shared = new MemoryBudget(32 * MIB);
    private final List<String> notes = new ArrayList<>();

    private Noted claim(String name, long bytes, long held) {
        Noted claim = new Noted(name, bytes, held, notes);
        shared.claim(claim);
        return claim;
    }

    @Test
    void bodiesLeaveRoomForLargeThingsAndThoseForSmallOnes() {
        claim("body", 20 * MIB, 0);
        assertThat(notes).containsExactly("body");
        assertThat(shared.tryReserve(8 * MIB)).isTrue();
        assertThat(shared.tryReserve(MIB)).isFalse();
        assertThat(shared.tryReserve(MemoryBudget.SMALL)).isTrue();
        assertThat(shared.used()).isEqualTo(28 * MIB + MemoryBudget.SMALL);
    }

    @Test
    void claimsAreServedInTurnWhenMemoryComesBack() {
        claim("first", 18 * MIB, 0);
        claim("second", 18 * MIB, 0);
        claim("third", 2 * MIB, 0);
        assertThat(notes).as("what fits beside it is little").containsExactly("first", "third");
        assertThat(shared.isShort()).isTrue();
        shared.release(18 * MIB);
        assertThat(notes).containsExactly("first", "third", "second");
        assertThat(shared.isShort()).isFalse();
        assertThat(shared.used()).isEqualTo(20 * MIB);
    }

    @Test
    void whoGrowsFreelyStandsBackForThoseWhoWait() {
        assertThat(shared.tryReserveFreely(10 * MIB)).isTrue();
        assertThat(shared.tryReserveFreely(MIB)).as("beyond half").isFalse();
        assertThat(shared.tryReserveFreely(MemoryBudget.SMALL)).isTrue();
        shared.release(10 * MIB);
        claim("first", 20 * MIB - MemoryBudget.SMALL, 0);
        claim("waits", MIB, 0);
        shared.release(19 * MIB);
        assertThat(notes).containsExactly("first", "waits");
        assertThat(shared.tryReserveFreely(MIB)).isTrue();
    }

    @Test
    void aSmallClaimWaitsForNoLargeOne() {
        claim("first", 20 * MIB, 0);
        claim("large", MIB, 0);
        claim("small", 1000, 0);
        assertThat(notes).containsExactly("first", "small");
    }

    @Test
    void aWithdrawnClaimIsNeitherGrantedNorInTheWay() {
        claim("first", 19 * MIB, 0);
        Noted second = claim("second", 3 * MIB, 0);
        claim("third", 3 * MIB, 0);
        assertThat(shared.withdraw(second)).isTrue();
        assertThat(shared.withdraw(second)).isFalse();
        shared.release(2 * MIB);
        assertThat(notes).containsExactly("first", "third");
    }

    @Test
    void whereAllMemoryIsWithThoseWhoWaitTheLastOfThemGoes() {
        shared.reserve(17 * MIB); // what the three hold
        claim("first", 8 * MIB, 6 * MIB);
        claim("second", 8 * MIB, 7 * MIB);
        claim("third", 8 * MIB, 4 * MIB);
        assertThat(notes).containsExactly("no second");
        shared.release(7 * MIB); // the second's
        assertThat(notes).containsExactly("no second", "first");
    }

    @Test
    void whoClaimsMuchIsOvertakenByThoseWhoClaimLittleButNotForEver() {
        claim("all", 20 * MIB, 0);
        claim("much", 16 * MIB, 0);
        for (int i = 0; i < 10; i++) {
            claim("little", 5 * MIB, 0);
            shared.release(5 * MIB);
        }
        assertThat(notes).startsWith("all", "little", "little", "little", "much");
    }

    @Test
    void ofTooManyWhoWaitTheOneWhoClaimsMostGoes() {
        claim("all", 20 * MIB, 0);
        claim("much", 16 * MIB, 0);
        for (int i = 0; i < 64; i++) {
            claim("little", MIB, 0);
        }
        assertThat(notes).containsExactly("all", "no much");
    }

    @Test
    void whoWaitsWithMuchMakesRoomForWhoNeedsLittle() {
        shared.reserve(19 * MIB); // what ten who wait hold, and some who don't
        for (int i = 0; i < 10; i++) {
            claim("much", 12 * MIB, MIB);
        }
        int gone = notes.size();
        shared.release(gone * MIB);
        claim("little", 3 * MIB, 0);
        assertThat(gone).isPositive();
        assertThat(notes).contains("little");
    }

    @Test
    void onlySoManyMayWait() {
        claim("first", 20 * MIB, 0);
        for (int i = 0; i < 100; i++) {
            claim("more", MIB, 0);
        }
        assertThat(notes).contains("no more").hasSize(1 + 100 - 64);
    }

    @Test
    void whoMayWaitGetsMemoryWhenItComesBack() throws Exception {
        shared.reserve(28 * MIB);
        assertThat(shared.reserveWithin(MIB, Duration.ZERO)).isFalse();
        CompletableFuture<Boolean> waits =
                CompletableFuture.supplyAsync(() -> shared.reserveWithin(MIB, Duration.ofSeconds(30)));
        shared.release(MIB);
        assertThat(waits.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(shared.reserveWithin(MIB, Duration.ofMillis(1))).isFalse();
    }

    @Test
    void whatWasTakenForSomeWorkIsNobodyElses() {
        shared.reserve(20 * MIB);
        claim("waits", 10 * MIB, 0);
        boolean taken = shared.spend(16 * MIB, () -> {
            boolean first = shared.tryReserve(12 * MIB);
            shared.release(12 * MIB); // grown into a larger one
            return first && shared.tryReserve(15 * MIB) && shared.tryReserve(MIB);
        });
        assertThat(taken).isTrue();
        assertThat(notes).isEmpty();
        assertThat(shared.used()).isEqualTo(20 * MIB);
        assertThat(shared.spend(MIB, () -> shared.tryReserve(20 * MIB))).isFalse();
        shared.release(19 * MIB);
        assertThat(notes).containsExactly("waits");
    }

    @Test
    void shareRefusesWhatWouldNotFitIfItWereAlone() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.reserve(30);
        MemoryBudget share = budget.share(20);
        assertThat(share.tryReserve(81)).isFalse();
        assertThat(share.tryReserve(69)).isFalse();
        assertThat(share.tryReserve(68)).isTrue();
        assertThat(share.used()).isEqualTo(88);
        assertThat(budget.used()).isEqualTo(98);
        share.reserve(5);
        share.release(73);
        assertThat(share.used()).isEqualTo(20);
        assertThat(budget.used()).isEqualTo(30);
    }
}
