package io.merlinadapter.channel;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines that the loop has written last, with nothing behind them, and of which may yet turn out that the child never
 * read them; then another child can have them, so that they count as written only when that is ruled out. Into an empty pipe
 * they went in one go: as many bytes as are unread are the last bytes of them. Of a socket it is only heard, at its end,
 * that something was left unread, and so at least the end of the last line. For the loop.
 */
final class Unread {
    private final Wire wire;
    private List<Line> lines = List.of();

    Unread(Wire wire) {
        this.wire = wire;
    }

    /** These were written, and whatever was before them is read. */
    void took(List<Line> written) {
        forget();
        if (wire.isGauged()) {
            lines = written;
        } else if (!written.isEmpty()) {
            int last = written.size() - 1;
            written.subList(0, last).forEach(Line::written);
            lines = List.of(written.get(last));
        }
    }

    /** Whether the child has certainly read nothing of {@code line}. */
    boolean includes(Line line) {
        int at = lines.indexOf(line);
        if (at < 0) {
            return false;
        }
        long from = bytesFrom(at);
        int left = wire.unread();
        if (left == 0) {
            forget();
        }
        return left >= from;
    }

    private long bytesFrom(int index) {
        long bytes = 0;
        for (Line line : lines.subList(index, lines.size())) {
            bytes += line.size();
        }
        return bytes;
    }

    /** Gives up the lines that were not read, at least not to their end, but for those that steer this child. */
    List<Line> giveBack() {
        List<Line> untouched = new ArrayList<>();
        int left = lines.isEmpty() ? 0 : wire.unread();
        boolean lastIsUnread = wire.isLeftUnread();
        long from = bytesFrom(0);
        for (Line line : lines) {
            boolean unread = left >= from || (lastIsUnread && from == line.size());
            if (!unread) {
                line.written();
            } else if (!line.isFirst()) {
                untouched.add(line);
            }
            from -= line.size();
        }
        lines = List.of();
        return untouched;
    }

    /** Nothing can be told of them any more. */
    void forget() {
        List<Line> past = lines;
        lines = List.of();
        past.forEach(Line::written);
    }
}
