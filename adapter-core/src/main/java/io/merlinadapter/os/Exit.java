package io.merlinadapter.os;

/**
 * How a child ended.
 *
 * @param code its exit code, or 128 and the number of the signal that ended it
 * @param memory who killed it, or one of its own children, because memory ran out, and when; empty if that is not why
 */
public record Exit(int code, String memory) {
    /** The kernel did. */
    static final String LIMIT_REACHED = "the container's memory limit was reached";

    private static final int SIGNAL_BASE = 128;
    static final int KILLED = SIGNAL_BASE + 9;
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final String[] NAMES = {
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM"
    };

    /** Returns true if it was killed because memory ran out. */
    public boolean outOfMemory() {
        return !memory.isEmpty();
    }

    /** Returns true if a signal ended it, as far as an exit code can tell. */
    public boolean bySignal() {
        return code > SIGNAL_BASE && code <= SIGNAL_BASE + 64;
    }

    /** For logs and messages: {@code exit code 3}, {@code signal 9 (SIGKILL), out of memory: …}. */
    public String describe() {
        if (bySignal()) {
            int signal = code - SIGNAL_BASE;
            return "signal " + signal + (signal < NAMES.length ? " (" + NAMES[signal] + ")" : "")
                    + (outOfMemory() ? ", out of memory: " + memory : "");
        }
        if (code == NOT_FOUND || code == NOT_EXECUTABLE) {
            return "exit code " + code + " (the command could not be executed)";
        }
        return "exit code " + code;
    }
}
