package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The project's pages in Markdown, by their paths from its top folder. */
final class Pages {
    /** How the paths of the examples' pages begin. */
    static final String EXAMPLES = "examples";

    /** The folder of those whose commands need docker. */
    static final String TEMPLATES = "examples/templates";

    private static final List<String> FOLDERS = List.of(".", "docs", "monitoring");

    /** By the tests of the rules and of the compose file, and by those of the manifests. */
    private static final Set<String> RUN_ELSEWHERE = Set.of("monitoring/README.md", "examples/kubernetes/README.md");

    private Pages() {}

    /** All of them, but for the changelog, whose links are of their time. */
    static List<String> all() {
        Stream<Path> examples = Stream.of(EXAMPLES, TEMPLATES)
                .flatMap(folder -> list(AdapterProcess.ROOT.resolve(folder)))
                .filter(Files::isDirectory);
        return Stream.concat(FOLDERS.stream().map(AdapterProcess.ROOT::resolve), examples)
                .flatMap(Pages::list)
                .filter(file -> file.toString().endsWith(".md") && !file.endsWith("CHANGELOG.md"))
                .map(file -> AdapterProcess.ROOT.relativize(file.normalize()).toString())
                .sorted()
                .toList();
    }

    /** Those that show a command, but for those whose commands other tests run. */
    static List<String> withCommands() {
        return all().stream()
                .filter(page -> !RUN_ELSEWHERE.contains(page))
                .filter(page -> MarkdownBlock.in(text(page)).stream()
                        .anyMatch(block -> block.language().equals(PageRun.COMMAND)))
                .toList();
    }

    static String text(String page) {
        try {
            return Files.readString(AdapterProcess.ROOT.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
