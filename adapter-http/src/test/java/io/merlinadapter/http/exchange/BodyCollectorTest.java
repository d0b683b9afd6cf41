package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {
    private final MemoryBudget budget = new MemoryBudget(1_000_000);

    @Test
    void aSmallDeclaredBodyTakesExactlyItsSize() {
        BodyCollector collector = new BodyCollector(budget, 10_000, 300);
        collector.add(Buffer.buffer(new byte[300]));

        assertThat(budget.used()).isEqualTo(300);
        Body body = collector.take();
        assertThat(body.bytes()).hasSize(300);
        body.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void nothingIsTakenBeforeTheFirstByte() {
        BodyCollector collector = new BodyCollector(budget, 1_000_000, 900_000);

        assertThat(budget.used()).isZero();
        collector.add(Buffer.buffer(new byte[1]));
        assertThat(budget.used()).isEqualTo(64 * 1024);
        collector.release();
        collector.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void growthNeverExceedsTheLimit() {
        BodyCollector collector = new BodyCollector(budget, 100_000, -1);
        for (int i = 0; i < 100; i++) {
            collector.add(Buffer.buffer(new byte[1_000]));
            assertThat(budget.used()).isLessThanOrEqualTo(100_000);
        }

        assertThat(collector.length()).isEqualTo(100_000);
        assertThatThrownBy(() -> collector.add(Buffer.buffer(new byte[1])))
                .isInstanceOfSatisfying(
                        PredictException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TOO_LARGE));
        collector.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void withoutMemoryItRefusesAndKeepsWhatItHas() {
        MemoryBudget small = new MemoryBudget(5_000);
        BodyCollector collector = new BodyCollector(small, 100_000, -1);
        collector.add(Buffer.buffer(new byte[4_096]));

        assertThatThrownBy(() -> collector.add(Buffer.buffer(new byte[1])))
                .isInstanceOfSatisfying(PredictException.class, e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.OVERLOADED);
                    assertThat(e.retryAfterSeconds()).isEqualTo(1);
                });
        assertThat(small.used()).isEqualTo(4_096);
        collector.release();
        assertThat(small.used()).isZero();
    }
}
