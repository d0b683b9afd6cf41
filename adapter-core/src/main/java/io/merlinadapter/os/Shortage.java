package io.merlinadapter.os;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the system refused the adapter itself, so that it could not start a child: no fault of the program, and it passes.
 * Java has no exceptions of their own for these; only their words tell.
 */
public enum Shortage {
    /** EMFILE. */
    FILES(24, "Too many open files", "the adapter may open no more files; raise its limit of open files (ulimit -n)"),
    /** ENFILE. */
    FILES_OF_ALL(23, "Too many open files in system", "the machine has no open files left; raise fs.file-max"),
    /** EAGAIN. */
    TASKS(
            11,
            "Resource temporarily unavailable",
            "there are no more processes or threads to be had; raise the limit of the user (ulimit -u) and of the container"
                    + " (pids.max; podPidsLimit of the kubelet), or have the program start fewer"),
    /** ENOMEM. */
    MEMORY(
            12,
            "Cannot allocate memory",
            "there is no memory for one more process; raise the container's memory, or lower --workers");

    private static final Pattern NUMBER = Pattern.compile("\\berror=(\\d+)\\b");
    private static final int MOST_CAUSES = 8;

    private final int number;
    private final String words;
    private final String advice;

    Shortage(int number, String words, String advice) {
        this.number = number;
        this.words = words;
        this.advice = advice;
    }

    /** What is missing, and what to raise. */
    public String advice() {
        return advice;
    }

    /** The shortage that {@code failure} or one of its causes tells of; null if none does. */
    public static @Nullable Shortage of(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (isThreads(cause)) {
                return TASKS;
            }
            Shortage told = ofMessage(String.valueOf(cause.getMessage()));
            if (told != null) {
                return told;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** True if Java could not make a thread; it says so by the error that else means a full heap. */
    public static boolean isThreads(@Nullable Throwable failure) {
        return failure instanceof OutOfMemoryError
                && String.valueOf(failure.getMessage()).contains("native thread");
    }

    private static @Nullable Shortage ofMessage(String message) {
        Matcher matcher = NUMBER.matcher(message);
        String told = matcher.find() ? matcher.group(1) : "";
        for (Shortage shortage : values()) {
            if (told.equals(Integer.toString(shortage.number)) || message.endsWith(shortage.words)) {
                return shortage;
            }
        }
        return null;
    }
}
