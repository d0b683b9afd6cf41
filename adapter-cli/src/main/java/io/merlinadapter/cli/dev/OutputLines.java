package io.merlinadapter.cli.dev;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** The last lines of the log, each a JSON object, of which only so many are held: a program may write without end. Any thread. */
final class OutputLines {
    static final int MOST_LINES = 2000;
    static final int MOST_CHARS = 1 << 20;
    /** Of one line; longer ones are left out. */
    static final int LONGEST = 64 * 1024;

    private static final int MOST_EVENTS = 200;
    private static final Pattern EVENT =
            Pattern.compile("\"message\":\"worker \\d+: (?:READY|DEAD|DRAINING|started as process)\\b");

    private final Deque<String> lines = new ArrayDeque<>();
    /** What has become of workers, which a program that writes much must not push out. */
    private final Deque<Event> events = new ArrayDeque<>();

    private int chars;
    private long written;

    /**
     * Some lines.
     *
     * @param first the number of the first of them; those of the others follow
     */
    record Part(long first, List<String> lines) {}

    /** A line and its number. */
    private record Event(long number, String line) {}

    synchronized void add(String line) {
        if (line.length() > LONGEST) {
            return;
        }
        lines.add(line);
        chars += line.length();
        written++;
        if (EVENT.matcher(line).find()) {
            events.add(new Event(written, line));
            if (events.size() > MOST_EVENTS) {
                events.remove();
            }
        }
        while (lines.size() > MOST_LINES || chars > MOST_CHARS) {
            chars -= lines.remove().length();
        }
    }

    /** Lines about workers that came before the line with this number. */
    synchronized List<String> eventsBefore(long number) {
        return events.stream()
                .filter(event -> event.number() < number)
                .map(Event::line)
                .toList();
    }

    /** What came after the line with this number, which counts from 1, as far as it is held. */
    synchronized Part after(long number) {
        long first = written - lines.size() + 1;
        int skip = (int) Math.min(lines.size(), Math.max(0, number + 1 - first));
        List<String> some = new ArrayList<>(lines.size() - skip);
        lines.stream().skip(skip).forEach(some::add);
        return new Part(first + skip, some);
    }
}
