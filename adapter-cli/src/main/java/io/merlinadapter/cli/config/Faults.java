package io.merlinadapter.cli.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the configuration, so that all of it is reported at once. Used by one thread. */
public final class Faults {

    private final List<String> messages = new ArrayList<>();
    private final Set<Option<?>> faulty = new HashSet<>();
    private @Nullable String cause;

    /** Something that all faults may come from. */
    public void mayComeFrom(String cause) {
        this.cause = cause;
    }

    public void add(String message) {
        messages.add(message);
    }

    /** A value that can't be used. */
    void value(Given given, String expected) {
        faulty.add(given.option());
        add(given.statement() + "; expected " + expected);
    }

    /** Whether rules between these options can be judged: not on values that are faulty by themselves. */
    boolean none(Option<?>... options) {
        return Set.of(options).stream().noneMatch(faulty::contains);
    }

    public boolean isEmpty() {
        return messages.isEmpty();
    }

    /** One numbered line for each fault. */
    public String report() {
        StringBuilder report = new StringBuilder("merlin-adapter: nothing was started, the configuration has ")
                .append(messages.size() == 1 ? "a fault" : messages.size() + " faults")
                .append('\n');
        for (int i = 0; i < messages.size(); i++) {
            report.append("  ")
                    .append(i + 1)
                    .append(". ")
                    .append(messages.get(i))
                    .append('\n');
        }
        if (cause != null) {
            report.append("Note that ").append(cause).append(".\n");
        }
        return report.append("See merlin-adapter --help.\n").toString();
    }
}
