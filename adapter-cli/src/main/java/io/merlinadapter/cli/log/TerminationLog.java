package io.merlinadapter.cli.log;

import io.merlinadapter.cli.config.Options;
import io.merlinadapter.text.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the reason of an end where Kubernetes looks for it: in a file that it lays into the container, and shows with
 * the state of the pod. Where that file is missing nobody asks for the reason.
 */
public final class TerminationLog {
    private static final Logger LOG = LoggerFactory.getLogger(TerminationLog.class);

    /** Kubernetes reads no more. */
    static final int MOST_BYTES = 4096;

    private static final String HEADING = "\nlast lines on stderr:";
    private static final String ELLIPSIS = "…";

    /** The kinds of files among the bits of a file's mode. */
    private static final int KIND = 0170000;

    private static final int REGULAR = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;

    private TerminationLog() {}

    /**
     * Replaces what the file holds, if it is there; never fails.
     *
     * @param lastLines what the program said last, of which as much is written as fits
     */
    public static void write(String file, String reason, List<String> lastLines) {
        try {
            Path path = Path.of(file);
            if (Files.isWritable(path) && isFileOrDevice(path)) {
                byte[] content = content(reason, lastLines).getBytes(StandardCharsets.UTF_8);
                Files.write(path, content, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            }
        } catch (IOException | RuntimeException failed) {
            LOG.debug("can't write to {} ({})", file, Options.TERMINATION_LOG.flag(), failed);
        }
    }

    /** Opening a pipe would wait for its reader, and a disk is nothing to write text to. */
    private static boolean isFileOrDevice(Path path) throws IOException {
        int kind = (int) Files.getAttribute(path, "unix:mode") & KIND;
        return kind == REGULAR || kind == CHARACTER_DEVICE;
    }

    static String content(String reason, List<String> lastLines) {
        String kept = Texts.shortenToBytes(Texts.printableLines(reason.strip()), MOST_BYTES);
        Deque<String> lines = lastThatFit(lastLines, MOST_BYTES - bytes(kept) - bytes(HEADING));
        return lines.isEmpty() ? kept : kept + HEADING + "\n" + String.join("\n", lines);
    }

    /** Whole lines, counted from the end; of a last line that is too long by itself, its beginning. */
    private static Deque<String> lastThatFit(List<String> lines, int room) {
        Deque<String> fitting = new ArrayDeque<>();
        int left = room;
        for (int i = lines.size() - 1; i >= 0; i--) {
            left -= 1 + bytes(lines.get(i));
            if (left < 0) {
                break;
            }
            fitting.addFirst(lines.get(i));
        }
        if (fitting.isEmpty() && !lines.isEmpty() && room > 1 + bytes(ELLIPSIS)) {
            fitting.add(Texts.shortenToBytes(lines.get(lines.size() - 1), room - 1));
        }
        return fitting;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
