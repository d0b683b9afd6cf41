package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs in docs/protocol.md are those that are tested. */
class ProtocolPageTest {
    /** Those that number their replies, in Python and JavaScript; {@code StrayIT} of adapter-core runs them from the page. */
    private static final int NUMBERED = 2;

    private static final Map<String, String> LANGUAGES = Map.of("py", "python", "js", "js", "go", "go");

    @ParameterizedTest
    @EnumSource
    void eachProgramIsPrintedAsItIs(ReferenceChild child) throws IOException {
        String language = LANGUAGES.get(child.file().replaceAll(".*\\.", ""));
        String source = Files.readString(child.source()).stripTrailing();
        assertThat(ProtocolPage.blocks())
                .filteredOn(block -> block.language().equals(language))
                .extracting(MarkdownBlock::text)
                .contains(source);
    }

    @Test
    void noOtherProgramIsPrinted() {
        assertThat(ProtocolPage.blocks().stream().filter(block -> LANGUAGES.containsValue(block.language())))
                .hasSize((int) sources().count() + NUMBERED);
    }

    @Test
    void eachProgramInTheFolderIsServedByATest() throws IOException {
        try (Stream<Path> files = Files.walk(ReferenceChild.FOLDER)) {
            assertThat(files.filter(file -> file.toString().matches(".*\\.(py|js|go)")))
                    .containsExactlyInAnyOrderElementsOf(sources().toList());
        }
    }

    private static Stream<Path> sources() {
        return Stream.of(ReferenceChild.values()).map(ReferenceChild::source).distinct();
    }
}
