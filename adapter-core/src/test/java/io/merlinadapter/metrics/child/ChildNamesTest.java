package io.merlinadapter.metrics.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildNamesTest {
    private final ChildNames names = new ChildNames();

    @ParameterizedTest
    @ValueSource(strings = {"adapter_x", "adapter", "jvm_x", "process_cpu", "system_"})
    void theAdaptersOwnPrefixesAreReserved(String name) {
        assertThatExceptionOfType(DropException.class)
                .isThrownBy(() -> names.check(name, ChildSample.Type.GAUGE))
                .satisfies(drop -> assertThat(drop.reason()).isEqualTo(ChildReports.Drop.CLASH))
                .withMessageContaining("which is reserved for the adapter; rename it");
    }

    @Test
    void aNameIsTakenUntilItsFamilyIsGone() {
        names.claim("a", ChildSample.Type.HISTOGRAM);
        assertThatExceptionOfType(DropException.class)
                .isThrownBy(() -> names.check("a_sum", ChildSample.Type.GAUGE))
                .withMessage("it would be shown as a_sum, as is its \"a\"; rename one of them");
        names.release("a", ChildSample.Type.HISTOGRAM);
        assertThatCode(() -> names.check("a_sum", ChildSample.Type.GAUGE)).doesNotThrowAnyException();
    }
}
