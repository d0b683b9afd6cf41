package io.merlinadapter.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines that the loop has written last, in one go into an empty pipe, with nothing behind them: as many bytes as are
 * unread are the last bytes of them. A line of which all are unread may yet be given to another child, so that it counts as
 * written only when that is ruled out. For the loop.
 */
final class Unread {
    private final ByteWriter wire;
    private List<Line> lines = List.of();

    Unread(ByteWriter wire) {
        this.wire = wire;
    }

    /** These were written, and whatever was before them is read. */
    void took(List<Line> written) {
        forget();
        if (wire.isGauged()) {
            lines = written;
        } else {
            written.forEach(Line::written);
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

    /** Gives up the lines of which nothing was read, but for those that steer this child. */
    List<Line> giveBack() {
        List<Line> untouched = new ArrayList<>();
        int left = lines.isEmpty() ? 0 : wire.unread();
        long from = bytesFrom(0);
        for (Line line : lines) {
            if (left < from) {
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
