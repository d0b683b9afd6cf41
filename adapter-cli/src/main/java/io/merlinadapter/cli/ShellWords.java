package io.merlinadapter.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line as a shell would: blanks separate words, quotes and backslashes keep things together. Nothing is
 * ever expanded, and no shell is involved.
 */
final class ShellWords {

    /** A quote that is opened and never closed. */
    static final class UnclosedQuoteException extends Exception {
        private static final long serialVersionUID = 1L;

        UnclosedQuoteException(char quote, int column) {
            super("the quote " + quote + " at character " + column + " is never closed");
        }
    }

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    static List<String> split(String line) throws UnclosedQuoteException {
        return new ShellWords(line).split();
    }

    private List<String> split() throws UnclosedQuoteException {
        while (at < line.length()) {
            char c = line.charAt(at++);
            switch (c) {
                case ' ', '\t', '\n', '\r' -> endWord();
                case '\'', '"' -> quoted(c);
                case '\\' -> escaped();
                default -> append(c);
            }
        }
        endWord();
        return List.copyOf(words);
    }

    private void quoted(char quote) throws UnclosedQuoteException {
        int opened = at;
        // A pair of quotes with nothing between them is a word too: an empty one.
        inWord = true;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == quote) {
                return;
            }
            if (c == '\\' && quote == '"' && at < line.length() && isEscapable(line.charAt(at))) {
                c = line.charAt(at++);
            }
            word.append(c);
        }
        throw new UnclosedQuoteException(quote, opened);
    }

    /** Between double quotes a backslash protects only these; before anything else it stands for itself. */
    private static boolean isEscapable(char c) {
        return c == '"' || c == '\\' || c == '$' || c == '`';
    }

    private void escaped() {
        // A shell would ask for another line after a final backslash; here it stands for itself.
        append(at < line.length() ? line.charAt(at++) : '\\');
    }

    private void append(char c) {
        inWord = true;
        word.append(c);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
