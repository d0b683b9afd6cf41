package io.merlinadapter.cli.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** How the command ends, as the operating system sees it. */
public enum ExitCode {
    OK(0, "stopped normally, or help was printed"),
    FAILED(1, "an error of the adapter itself"),
    USAGE(2, "wrong configuration; nothing was started"),
    /** What Java itself exits with under -XX:+ExitOnOutOfMemoryError; it has the same error for threads. */
    MEMORY(3, "Java ran out of memory (raise -Xmx in ADAPTER_JAVA_OPTS) or of threads (see the log)"),
    PROGRAM(4, "the program could not be started or kept running"),
    PORT(5, "a port could not be opened");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }

    /** Code to meaning, in ascending order, as the help prints it. */
    public static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        for (ExitCode exit : values()) {
            table.put(String.valueOf(exit.code), exit.meaning);
        }
        return table;
    }
}
