package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.text.SafeText;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Options that may stand alone, which means true. The word after one is the next option or the program. */
final class Switches {

    private Switches() {}

    /** Keeps the parser from taking the next word for a value, as it would even where it is the program. */
    static boolean aloneMeansTrue(Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> found) {
        if (!"=".equals(found.get("separator"))) {
            words.push("true");
        }
        return false;
    }

    static boolean isSwitch(String word) {
        return Options.all().stream()
                .anyMatch(option -> option.isSwitch() && option.flag().equals(word));
    }

    /** Nobody means to serve the program called false, but some write {@code --switch false}. */
    static void checkNotSetApart(List<String> args, List<String> command, Faults faults) {
        int before = args.size() - command.size() - 1;
        if (command.isEmpty() || before < 0 || !isSwitch(args.get(before))) {
            return;
        }
        String program = command.get(0);
        if (program.equalsIgnoreCase("true") || program.equalsIgnoreCase("false")) {
            faults.add(args.get(before) + " is followed by " + SafeText.quote(program)
                    + ", which would be the program to run; expected " + args.get(before) + "=" + program);
        }
    }
}
