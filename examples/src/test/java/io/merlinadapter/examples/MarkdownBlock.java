package io.merlinadapter.examples;

import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a Markdown file.
 *
 * @param language the word after the fence, or empty
 * @param line the line of the opening fence, counted from 1
 * @param text the lines between the fences
 */
record MarkdownBlock(String language, int line, String text) {
    private static final String FENCE = "```";

    /** All fenced blocks, in order. */
    static List<MarkdownBlock> in(String markdown) {
        var blocks = new ArrayList<MarkdownBlock>();
        var body = new ArrayList<String>();
        String language = null;
        int opened = 0;
        int number = 0;
        for (String line : markdown.lines().toList()) {
            number++;
            if (!line.startsWith(FENCE)) {
                body.add(line);
            } else if (language == null) {
                language = line.substring(FENCE.length()).strip();
                opened = number;
                body.clear();
            } else {
                blocks.add(new MarkdownBlock(language, opened, String.join("\n", body)));
                language = null;
            }
        }
        if (language != null) {
            throw new IllegalArgumentException("the block opened at line " + opened + " is never closed");
        }
        return blocks;
    }
}
