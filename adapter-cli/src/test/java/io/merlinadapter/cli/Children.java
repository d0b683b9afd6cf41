package io.merlinadapter.cli;

import java.util.ArrayList;
import java.util.List;

/** Command lines of real children with one vice each. */
final class Children {
    private Children() {}

    /** The child that does what each request says. */
    static List<String> scripted(String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.add(AdapterProcess.ROOT
                .resolve("adapter-core/src/test/children/scripted.py")
                .toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
