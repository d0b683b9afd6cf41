package io.merlinadapter.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BudgetedBufferTest {
    private final MemoryBudget budget = new MemoryBudget(1000);

    private static boolean add(BudgetedBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return buffer.add(bytes, 0, bytes.length);
    }

    private static String text(Body body) {
        return new String(body.bytes(), body.offset(), body.length(), StandardCharsets.US_ASCII);
    }

    @Test
    void everyGrowthIsPaidForAndGoesOverToWhoeverTakesTheBytes() {
        BudgetedBuffer buffer = new BudgetedBuffer(budget, 4, 100, 0);
        assertThat(budget.used()).isZero();
        assertThat(add(buffer, "ab")).isTrue();
        assertThat(budget.used()).isEqualTo(4);
        assertThat(add(buffer, "cdefg")).isTrue();
        assertThat(budget.used()).isEqualTo(8);
        Body body = buffer.take();
        assertThat(text(body)).isEqualTo("abcdefg");
        assertThat(buffer.length()).isZero();
        buffer.clear();
        assertThat(budget.used()).isEqualTo(8);
        body.release();
        assertThat(budget.used()).isZero();
        assertThat(text(buffer.take())).isEmpty();
    }

    @Test
    void itGrowsInAdvanceUpToItsLimitOnly() {
        BudgetedBuffer buffer = new BudgetedBuffer(budget, 64, 100, 0);
        assertThat(add(buffer, "x".repeat(65))).isTrue();
        assertThat(budget.used()).isEqualTo(65);
        assertThat(add(buffer, "x")).isTrue();
        assertThat(budget.used()).isEqualTo(100);
        assertThat(add(buffer, "x".repeat(40))).isTrue();
        assertThat(budget.used()).isEqualTo(106);
    }

    @Test
    void bytesForWhichThereIsNoMemoryChangeNothing() {
        BudgetedBuffer buffer = new BudgetedBuffer(budget, 300, 2000, 0);
        assertThat(add(buffer, "a".repeat(600))).isTrue();
        // Both arrays would have to be paid for.
        assertThat(add(buffer, "b")).isFalse();
        assertThat(buffer.length()).isEqualTo(600);
        assertThat(budget.used()).isEqualTo(600);
        buffer.clear();
        buffer.clear();
        assertThat(budget.used()).isZero();
    }

    @Test
    void smallContentCostsNothingBeforeItIsTakenAndIsTakenEvenWhereNothingIsLeft() {
        BudgetedBuffer buffer = new BudgetedBuffer(budget, 8, 2000, 50);
        budget.reserve(1000);
        assertThat(add(buffer, "x".repeat(30))).isTrue();
        assertThat(add(buffer, "y".repeat(20))).isTrue();
        assertThat(budget.used()).isEqualTo(1000);
        assertThat(add(buffer, "z")).isFalse();
        Body small = buffer.take();
        assertThat(budget.used()).isEqualTo(1050);
        assertThat(add(buffer, "next")).isTrue();
        assertThat(text(small)).isEqualTo("x".repeat(30) + "y".repeat(20));
        small.release();
        budget.release(1000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void arrayThatIsWrittenToDirectlyGrowsAndShrinksAsToldAndIsPaidFor() {
        BudgetedBuffer buffer = new BudgetedBuffer(budget, 0, 0, 0);
        assertThat(buffer.ensureCapacity(300)).isTrue();
        buffer.bytes()[0] = 'a';
        buffer.setLength(1);
        assertThat(buffer.ensureCapacity(200)).isTrue();
        assertThat(budget.used()).isEqualTo(300);
        assertThat(buffer.ensureCapacity(900)).isFalse();
        buffer.trim();
        assertThat(budget.used()).isEqualTo(1);
        assertThat(text(buffer.take())).isEqualTo("a");
    }
}
