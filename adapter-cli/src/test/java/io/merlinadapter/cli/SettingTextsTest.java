package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SettingTextsTest {
    @Test
    void everyOptionHasATextAndEveryTextAnOption() {
        assertThat(SettingTexts.texts().stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::key).toList());
        assertThat(Setting.values())
                .allSatisfy(setting -> assertThat(setting.description()).matches("(?s).{10,}\\.( .*)?"));
    }
}
