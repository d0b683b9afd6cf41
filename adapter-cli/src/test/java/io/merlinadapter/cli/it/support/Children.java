package io.merlinadapter.cli.it.support;

import java.util.ArrayList;
import java.util.List;

/** Command lines of real children with one vice each. */
public final class Children {
    private Children() {}

    /** The child that does what each request says. */
    public static List<String> scripted(String... arguments) {
        return command("scripted", List.of(arguments));
    }

    /** One of the programs that are there for tests. */
    public static List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.add(AdapterProcess.ROOT
                .resolve("adapter-core/src/test/children/" + program + ".py")
                .toString());
        command.addAll(arguments);
        return command;
    }
}
