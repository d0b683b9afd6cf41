package io.merlinadapter.upi.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import org.junit.jupiter.api.Test;

class MessageMemoryTest {
    private static final int LIMIT = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(LIMIT);

    private FailureKind shortOf(boolean isRequest, long bytes) {
        MessageMemory memory = new MessageMemory(isRequest, budget, 100, 0);
        return catchThrowableOfType(PredictException.class, () -> memory.pay(bytes))
                .kind();
    }

    @Test
    void aMessageThatNeverFitsIsTheFaultOfWhoWroteIt() {
        assertThat(shortOf(true, 2 * LIMIT)).isEqualTo(FailureKind.TOO_LARGE);
        assertThat(shortOf(false, 2 * LIMIT)).isEqualTo(FailureKind.BAD_REPLY);
    }

    @Test
    void memoryThatOthersHoldIsNobodysFault() {
        budget.reserve(LIMIT - 1000);
        assertThat(shortOf(true, 2000)).isEqualTo(FailureKind.OVERLOADED);
        assertThat(shortOf(false, 2000)).isEqualTo(FailureKind.INTERNAL);
    }
}
