package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    private static final Path PAGE = Path.of(System.getProperty("project.root"), "docs", "configuration.md");

    /** Started with {@code -Dupdate.docs=true} it writes the page first. */
    @Test
    void theCommittedPageIsWhatTheDeclarationSays() throws Exception {
        if (Boolean.getBoolean("update.docs")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, ConfigurationPage.render());
        }

        assertThat(PAGE)
                .as("%s is out of date; `%s` writes it anew", PAGE, ConfigurationPage.COMMAND)
                .usingCharset(StandardCharsets.UTF_8)
                .hasContent(ConfigurationPage.render());
    }
}
