package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where stdout is no terminal; LauncherIT has one that is. */
class TerminalTest {
    @ParameterizedTest
    @CsvSource({"120, 120", "60, 60", "20, 60", "0, 96", "wide, 96", "-5, 96", "'', 96", "999999, 96", "' 80 ', 80"})
    void theVariableSaysHowWideItIs(String columns, int width) {
        assertThat(Terminal.width(Map.of("COLUMNS", columns))).isEqualTo(width);
    }
}
