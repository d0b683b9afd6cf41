package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What docs/protocol.md shows. */
final class ProtocolPage {
    private static final String READ = "→ ";
    private static final String WRITTEN = "← ";

    /** A reply with a number in front. */
    private static final Pattern NUMBERED = Pattern.compile("(?m)^" + WRITTEN + "\\d+\t");

    private ProtocolPage() {}

    static String text() {
        try {
            return Files.readString(AdapterProcess.ROOT.resolve("docs/protocol.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<MarkdownBlock> blocks() {
        return MarkdownBlock.in(text());
    }

    /** What it shows a program to read, in the format jsonrpc or else json. */
    static List<String> read(boolean jsonrpc) {
        return messages(READ, jsonrpc);
    }

    /** What it shows a program to write. */
    static List<String> written(boolean jsonrpc) {
        return messages(WRITTEN, jsonrpc);
    }

    /** Without those of a program that numbers its replies, which are made by the programs below them. */
    private static List<String> messages(String mark, boolean jsonrpc) {
        return blocks().stream()
                .filter(block -> !NUMBERED.matcher(block.text()).find())
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .filter(line -> line.contains("\"jsonrpc\"") == jsonrpc && !line.startsWith("[{\"jsonrpc"))
                .toList();
    }

    /** The batch that it shows a program to read, and the answer that it shows. */
    static List<String> batch() {
        return blocks().stream()
                .flatMap(block -> block.text().lines())
                .filter(line -> line.startsWith(READ + "[") || line.startsWith(WRITTEN + "["))
                .map(line -> line.substring(READ.length()))
                .toList();
    }

    /** The rows of the table whose first column has this title, each as its cells. */
    static List<List<String>> table(String title) {
        return text().lines()
                .dropWhile(line -> !line.startsWith("| " + title + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.asList(line.substring(2).split(" \\| ")))
                .toList();
    }
}
