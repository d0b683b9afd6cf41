package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GivenBytesTest {

    @Test
    void whatThisProcessWasNotGivenIsLeftAsItIs() {
        assertThat(GivenBytes.arguments(List.of("a", "b"))).containsExactly("a", "b");
        assertThat(GivenBytes.arguments(List.of("a", "caf\ufffd"))).containsExactly("a", "caf\ufffd");
        assertThat(GivenBytes.variable("NO_SUCH_VARIABLE", "caf\ufffd")).isEqualTo("caf\ufffd");
    }
}
