package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.dispatch.AdapterState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/life.md says of options and states is so. */
class LifePageTest {
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");
    private static final Pattern FIGURE = Pattern.compile("([0-9.]+) s \\(`(--[a-z-]+)`");

    private static String page() throws IOException {
        return Files.readString(AdapterProcess.ROOT.resolve("docs/life.md")).replaceAll("\\s+", " ");
    }

    private static Setting option(String flag) {
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.flag().equals(flag))
                .findFirst()
                .orElseThrow(() -> new AssertionError(flag + " is no option"));
    }

    @Test
    void everyOptionThatItNamesExists() throws IOException {
        assertThat(OPTION.matcher(page()).results().map(found -> option(found.group(1))))
                .hasSizeGreaterThan(15);
    }

    @Test
    void everyFigureThatItGivesForAnOptionIsItsDefault() throws IOException {
        assertThat(FIGURE.matcher(page()).results()).hasSizeGreaterThan(3).allSatisfy(found -> {
            String fallback = Objects.requireNonNull(option(found.group(2)).fallback());
            assertThat(Amounts.duration(fallback)).isEqualTo(Amounts.duration(found.group(1) + "s"));
        });
    }

    @Test
    void everyStateIsExplained() throws IOException {
        for (AdapterState state : AdapterState.values()) {
            assertThat(page()).containsPattern("\\| [A-Z_, ]*" + state + "[A-Z_, ]* \\|");
        }
    }
}
