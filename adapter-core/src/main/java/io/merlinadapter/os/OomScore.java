package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the kernel kill a child, which can be restarted, rather than the adapter when memory runs out. Raising a score
 * needs no privilege.
 */
final class OomScore {
    private static final Logger log = LoggerFactory.getLogger(OomScore.class);
    private static final int RAISE = 300;
    private static final int HIGHEST = 1000;

    private OomScore() {}

    /** What the process starts from now on inherits the score. Blocks for a moment. */
    static void raise(long pid) {
        try {
            Path ours = Path.of("/proc/self/oom_score_adj");
            int score = Integer.parseInt(Files.readString(ours).trim());
            Files.writeString(
                    Path.of("/proc", Long.toString(pid), "oom_score_adj"), "" + Math.min(HIGHEST, score + RAISE));
        } catch (IOException | NumberFormatException e) {
            log.debug("process {} keeps the adapter's own oom_score_adj", pid, e);
        }
    }
}
