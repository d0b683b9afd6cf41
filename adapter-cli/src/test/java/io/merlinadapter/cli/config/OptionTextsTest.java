package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptionTextsTest {
    @Test
    void everyOptionHasATextAndEveryTextAnOption() {
        assertThat(OptionTexts.texts().stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        Options.all().stream().map(Option::key).toList());
        assertThat(Options.all())
                .allSatisfy(option -> assertThat(option.description()).matches("(?s).{10,}\\.( .*)?"));
    }
}
