package io.merlinadapter.os;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.MessageLoggers;
import org.zeroturnaround.exec.ProcessExecutor;

/** Sends signals to whole process groups, for which Java has no call. */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    /** A stopped process would keep the signal for later, so it is told to go on (as systemd does). Fails without a group. */
    private static final String KILL = "kill -s \"$1\" -- \"-$2\" 2>/dev/null || exit 1;"
            + " [ \"$1\" = KILL ] || kill -s CONT -- \"-$2\" 2>/dev/null";

    private Signals() {}

    /** Signals the child's group, or the child alone where it has no group of its own. Blocks for milliseconds. */
    static void send(ChildProcess child, String signal) {
        // A child that has just been started has no group yet. Of one that has ended, Java knows that.
        if (!child.ownSession() || !sendToGroup(child.pid(), signal)) {
            sendToOne(child.process(), signal);
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
        } catch (IOException | TimeoutException e) {
            log.warn("process group {} can't be signalled, only the program itself: {}", group, e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void sendToOne(Process process, String signal) {
        if ("KILL".equals(signal)) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }
}
