package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
    @Test
    void aNameMayHoldAnything() {
        ProcessTable.Entry entry = ProcessTable.Entry.parse(
                42,
                "42 (a) R (b c) S 1 2 77 0 -1 4194560 1 2 3 4 100 20 30 4 20 0 1 0 5555 9999 12 18446744073709551615 1");
        assertThat(entry).isEqualTo(new ProcessTable.Entry(42, 'S', 1, 77, 5555, 120, 34, 12));
        assertThat(entry.allTicks()).isEqualTo(154);
    }

    @Test
    void thisProcessIsThere() {
        ProcessTable.Entry us = ProcessTable.entry(ProcessHandle.current().pid());
        assertThat(us).isNotNull();
        assertThat(us.residentBytes()).isGreaterThan(10 << 20);
        assertThat(us.openFiles()).isPositive();
        assertThat(ProcessTable.read().session(us.session())).anyMatch(us::isSameProcessAs);
        assertThat(ProcessTable.read().withDescendants(List.of(ProcessTable.entry(us.parent()))))
                .anyMatch(us::isSameProcessAs)
                .doesNotHaveDuplicates();
        assertThat(ProcessTable.entry(Integer.MAX_VALUE)).isNull();
    }
}
