package io.merlinadapter.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.MessageLoggers;
import org.zeroturnaround.exec.ProcessExecutor;

/** Sends signals to a child and all that it has started, for which Java has no call. Blocks for milliseconds. */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    /** A stopped process would keep the signal for later, so it is told to go on (as systemd does). Fails without a group. */
    private static final String KILL = "kill -s \"$1\" -- \"-$2\" 2>/dev/null || exit 1;"
            + " [ \"$1\" = KILL ] || kill -s CONT -- \"-$2\" 2>/dev/null";

    /**
     * How often the processes are looked at while some could not be told. The machine may be busy, and one of them halted
     * where it has no environment; one that really has none can never be told.
     */
    private static final int PASSES = 100;

    private static final Duration BETWEEN_PASSES = Duration.ofMillis(5);

    private static final Optional<Instant> ADAPTER_START =
            ProcessHandle.current().info().startInstant();

    private Signals() {}

    /** Signals the child's process group, or the child alone where it has no group of its own. */
    static void send(ChildProcess child, String signal) {
        // A child that has just been started has no group yet. Of one that has ended, Java knows that.
        if (!child.ownSession() || !sendToGroup(child.pid(), signal)) {
            sendToOne(child.process().toHandle(), signal);
        }
    }

    /** Every POSIX shell has kill built in; slim images have no program of that name. */
    private static boolean sendToGroup(long group, String signal) {
        try {
            return new ProcessExecutor("/bin/sh", "-c", KILL, "sh", signal, "" + group)
                            .setMessageLogger(MessageLoggers.NOP)
                            .timeout(5, TimeUnit.SECONDS)
                            .execute()
                            .getExitValue()
                    == 0;
        } catch (IOException | TimeoutException | OutOfMemoryError e) {
            // It takes a process and threads, and there may be none to be had.
            LOG.warn("process group {} can't be signalled, only the program itself: {}", group, e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** By its handle: {@link Process#destroyForcibly()} would close the streams of it, with what it has written last. */
    private static void sendToOne(ProcessHandle process, String signal) {
        if ("KILL".equals(signal)) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }

    /**
     * Kills what a child has left behind outside its process group. A daemon that has a session of its own inherits the
     * environment all the same, and in it a mark that no other process has (the idea is Jenkins's ProcessTreeKiller). Left
     * alone it would hold the child's pipes open, and one more would be left by every restart.
     *
     * @param who the child, for the log
     * @param mark as in the environment, {@code NAME=value}
     */
    static void killMarked(String who, String mark) {
        Set<Long> killed = new HashSet<>();
        for (int pass = 1; pass <= PASSES; pass++) {
            boolean again = false;
            for (ProcessHandle process : ProcessHandle.allProcesses()
                    .filter(Signals::isYoungerThanTheAdapter)
                    .toList()) {
                Marked marked = isMarked(process.pid(), mark);
                if (marked == Marked.YES && killed.add(process.pid())) {
                    LOG.info(
                            "{}: SIGKILL to process {} ({}), which it has left behind",
                            who,
                            process.pid(),
                            process.info().command().orElse("unknown"));
                    process.destroyForcibly();
                    // It may have started another one since the processes were listed.
                    again = true;
                }
                again |= marked == Marked.NOT_KNOWN_YET;
            }
            if (!again) {
                return;
            }
            LockSupport.parkNanos(BETWEEN_PASSES.toNanos());
        }
    }

    private static boolean isYoungerThanTheAdapter(ProcessHandle process) {
        Optional<Instant> start = process.info().startInstant();
        return start.isEmpty() || ADAPTER_START.isEmpty() || !start.get().isBefore(ADAPTER_START.get());
    }

    private enum Marked {
        YES,
        NO,
        NOT_KNOWN_YET
    }

    /** A process that replaces itself by another program has no environment for some microseconds. */
    private static Marked isMarked(long pid, String mark) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            byte[] environment = environment(process.resolve("environ"));
            if (environment.length == 0) {
                // Nor has a thread of the kernel or a process that has ended, but those have no program either.
                Files.readSymbolicLink(process.resolve("exe"));
                return Marked.NOT_KNOWN_YET;
            }
            return ("\0" + new String(environment, StandardCharsets.ISO_8859_1)).contains("\0" + mark + "\0")
                    ? Marked.YES
                    : Marked.NO;
        } catch (IOException e) {
            // Gone, or another user's.
            return Marked.NO;
        }
    }

    /**
     * Empty also if the process was replaced while this was read. An open environ belongs to the memory that the process had
     * when it was opened. Without that memory every read is at an end: what was read before may be a part, and looks whole.
     */
    private static byte[] environment(Path environ) throws IOException {
        try (FileChannel file = FileChannel.open(environ)) {
            byte[] whole = Channels.newInputStream(file).readAllBytes();
            boolean memoryIsThere = file.read(ByteBuffer.allocate(1), 0) > 0;
            return memoryIsThere ? whole : new byte[0];
        }
    }
}
