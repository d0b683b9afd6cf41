package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The commands that a template's page shows.
 *
 * @param build of its image
 * @param run of its image
 * @param call of the served model
 * @param answer to the call
 */
record TemplateReadme(String build, String run, String call, String answer) {

    static TemplateReadme of(Template template) {
        try {
            List<MarkdownBlock> blocks =
                    MarkdownBlock.in(Files.readString(template.folder().resolve("README.md")));
            assertThat(blocks).extracting(MarkdownBlock::language).containsExactly("sh", "sh", "json");
            List<String> commands = blocks.get(0).text().lines().toList();
            assertThat(commands).hasSize(2);
            return new TemplateReadme(
                    commands.get(0),
                    commands.get(1),
                    blocks.get(1).text(),
                    blocks.get(2).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
