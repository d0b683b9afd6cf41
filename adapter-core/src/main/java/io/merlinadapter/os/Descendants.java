package io.merlinadapter.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what a child has left behind outside its process group: a daemon that has a session of its own inherits the
 * environment all the same, and in it a mark that no other process has (the idea is Jenkins's ProcessTreeKiller).
 * Left alone it would hold the child's pipes open, and one more would be left by every restart.
 */
final class Descendants {
    private static final Logger log = LoggerFactory.getLogger(Descendants.class);

    private Descendants() {}

    /** Ends every process with {@code mark} (a {@code NAME=value}) in its environment. Blocks for milliseconds. */
    static void kill(String who, String mark) {
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> isMarked(process, mark))
                .toList();
        for (ProcessHandle process : left) {
            log.info(
                    "{}: SIGKILL to process {} ({}), which it has left behind",
                    who,
                    process.pid(),
                    process.info().command().orElse("unknown"));
            process.destroyForcibly();
        }
    }

    private static boolean isMarked(ProcessHandle process, String mark) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return ("\0" + new String(environment, StandardCharsets.ISO_8859_1)).contains("\0" + mark + "\0");
        } catch (IOException e) {
            // Gone, or another user's.
            return false;
        }
    }
}
