package io.merlinadapter.cli.it.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Words that start a command apart from the rest of the machine, as a container does. */
public final class Namespaces {
    private static final List<String> AS_USER = List.of("--user", "--map-root-user");

    private Namespaces() {}

    /** With processes of its own. Where this user may not have that, the test is not for here. */
    public static List<String> processes() throws IOException, InterruptedException {
        return unshare("--pid", "--fork", "--mount-proc", "--kill-child");
    }

    /** With nothing that can be written to but these folders, which are empty. */
    public static List<String> readOnly(String... folders) throws IOException, InterruptedException {
        String script = "mount -o remount,ro,bind /;"
                + " for d in /tmp /var/tmp /run /dev/shm; do mount --bind $d $d; mount -o remount,ro,bind $d; done;"
                + " for d in " + String.join(" ", folders) + "; do mount -t tmpfs tmpfs $d; done;"
                + " exec \"$0\" \"$@\"";
        List<String> words = new ArrayList<>(unshare("--mount"));
        words.addAll(List.of("sh", "-ec", script));
        return words;
    }

    private static List<String> unshare(String... options) throws IOException, InterruptedException {
        List<String> asRoot = new ArrayList<>(List.of("unshare"));
        asRoot.addAll(List.of(options));
        List<String> asUser = new ArrayList<>(asRoot);
        asUser.addAll(AS_USER);
        for (List<String> words : List.of(asRoot, asUser)) {
            List<String> probe = new ArrayList<>(words);
            probe.add("true");
            if (new ProcessBuilder(probe).start().waitFor() == 0) {
                return words;
            }
        }
        assumeTrue(false, "this user may make no namespace");
        return List.of();
    }
}
