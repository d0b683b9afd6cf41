package io.merlinadapter.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

    @Test
    void shareRefusesWhatWouldNotFitIfItWereAlone() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.reserve(30);
        MemoryBudget share = budget.share(20);
        assertThat(share.tryReserve(81)).isFalse();
        assertThat(share.tryReserve(71)).isFalse();
        assertThat(share.tryReserve(70)).isTrue();
        assertThat(share.used()).isEqualTo(90);
        assertThat(budget.used()).isEqualTo(100);
        share.reserve(5);
        share.release(75);
        assertThat(share.used()).isEqualTo(20);
        assertThat(budget.used()).isEqualTo(30);
    }
}
