package io.merlinadapter.os;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The last lines that a child wrote to stderr, for when it has died: they say why, and by then may have been dropped from
 * the log, or lie far above. Any thread.
 */
final class LastWords {
    static final int LINES = 20;
    /** Bytes that are kept of one line. */
    static final int LENGTH = 500;

    private final Deque<byte[]> lines = new ArrayDeque<>(LINES);

    synchronized void add(byte[] bytes, int from, int to) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(Arrays.copyOfRange(bytes, from, Math.min(to, from + LENGTH)));
    }

    /** Oldest first. */
    synchronized List<String> lines() {
        return lines.stream()
                .map(line -> ChildLog.printable(new String(line, StandardCharsets.UTF_8)))
                .toList();
    }
}
