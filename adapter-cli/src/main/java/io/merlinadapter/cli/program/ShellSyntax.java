package io.merlinadapter.cli.program;

import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a shell would make of a word, where no shell is involved. */
public final class ShellSyntax {

    private static final Set<String> BUILTINS = Set.of(
            ".",
            ":",
            "alias",
            "bg",
            "builtin",
            "cd",
            "command",
            "declare",
            "eval",
            "exec",
            "exit",
            "export",
            "fg",
            "hash",
            "jobs",
            "let",
            "local",
            "popd",
            "pushd",
            "read",
            "readonly",
            "return",
            "set",
            "shift",
            "shopt",
            "source",
            "trap",
            "type",
            "typeset",
            "ulimit",
            "umask",
            "unalias",
            "unset",
            "wait");
    private static final Set<String> KEYWORDS =
            Set.of("!", "(", "[[", "case", "do", "for", "function", "if", "time", "until", "while", "{");

    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\+?=.*", Pattern.DOTALL);
    private static final Pattern OPERATOR =
            Pattern.compile("\\|\\|?|\\|&|&&?|;|\\d*>{1,2}(\\|?|&\\d?)|&>{1,2}|\\d*<{1,3}"
                    + "|\\d+>&\\d|\\d+>>?[^\\s>&]+|>&\\d|(?:&>|>>?)[\\w./~-]+|\\|[A-Za-z]\\w*");
    private static final Pattern TILDE = Pattern.compile("~[\\w.-]*(/.*)?");
    private static final Pattern REPLACED = Pattern.compile("\\$[A-Za-z_{(].*|.*[^$]\\$[A-Za-z_{(].*|.*`.*`.*");

    /** A variable as a whole word, or as a folder in a path, or what follows an equals sign. */
    private static final Pattern VARIABLE =
            Pattern.compile("(?:.*[=:])?\\$(?:\\{([A-Za-z_]\\w*)\\}|([A-Za-z_]\\w*))(?:[/:].*)?", Pattern.DOTALL);

    private ShellSyntax() {}

    /** What is wrong with a first word that only a shell understands; null if it is another kind of word. */
    static @Nullable String describe(String word) {
        Matcher assignment = ASSIGNMENT.matcher(word);
        if (assignment.matches()) {
            String name = assignment.group(1);
            return "\"" + name + "=…\" sets a variable, as only a shell does, and none is involved; write env " + name
                    + "=… before the program, or set the variable for the adapter: the program gets it too";
        }
        String quoted = SafeText.quote(word);
        if (BUILTINS.contains(word) || KEYWORDS.contains(word)) {
            return quoted + (BUILTINS.contains(word) ? " is a builtin" : " is a word")
                    + " of the shell, and no shell is" + " involved; " + insteadOf(word);
        }
        if (OPERATOR.matcher(word).matches()) {
            return quoted + " is an operator of the shell, and no shell is involved; write sh -c '…' around the line";
        }
        if (TILDE.matcher(word).matches()) {
            return quoted
                    + " is not there: a shell puts a home folder in place of ~, and none is involved; write the whole"
                    + " path, or sh -c '…' around the line";
        }
        if (REPLACED.matcher(word).matches()) {
            return quoted
                    + " is not there: a shell replaces what begins with $, and none is involved; write its value, or"
                    + " sh -c '…' around the line";
        }
        return null;
    }

    private static String insteadOf(String word) {
        return switch (word) {
            case "cd", "pushd", "popd" ->
                "start the adapter in that folder (WORKDIR in an image), or write sh -c 'cd … && exec …'";
            case "export", "declare", "typeset", "readonly", "set" ->
                "write env NAME=… before the program, or set the variable for the adapter: the program gets it too";
            case "source", "." ->
                "name the program of the environment itself (as in venv/bin/python3), or write bash -c 'source … && exec …'";
            case "exec", "command", "builtin", "time" -> "leave the word out";
            case "ulimit", "umask" -> "write sh -c '" + word + " … && exec …'";
            default -> "write sh -c '…' around the line";
        };
    }

    /** What is passed on as it is, and may have been meant otherwise. */
    public static List<String> notices(List<String> command, Map<String, String> env) {
        List<String> operators = new ArrayList<>();
        List<String> variables = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String word : command.subList(Math.min(1, command.size()), command.size())) {
            Matcher variable = VARIABLE.matcher(word);
            if (OPERATOR.matcher(word).matches()) {
                operators.add(SafeText.quote(word));
            } else if (word.equals("~") || word.startsWith("~/")) {
                variables.add(SafeText.quote(word));
            } else if (variable.matches()
                    && env.containsKey(variable.group(1) == null ? variable.group(2) : variable.group(1))) {
                variables.add(SafeText.quote(word));
            } else if (isOurOption(word)) {
                options.add(SafeText.shorten(word, 80));
            }
        }
        List<String> notices = new ArrayList<>();
        if (!operators.isEmpty()) {
            notices.add("the program gets " + String.join(", ", operators)
                    + " as it is: no shell is involved that would act on it; for one, write sh -c '…' around the line");
        }
        if (!variables.isEmpty()) {
            notices.add(
                    "the program gets " + String.join(", ", variables)
                            + " as it is: no shell is involved that would replace it; for one, write sh -c '…' around the line");
        }
        if (!options.isEmpty() && !command.get(0).endsWith("merlin-adapter")) {
            notices.add("the program gets " + String.join(", ", options) + ", which stands behind its name; options of"
                    + " merlin-adapter come before the program");
        }
        return notices;
    }

    /** Those that a program has too, such as --help, tell nothing. */
    private static boolean isOurOption(String word) {
        int end = word.indexOf('=');
        String flag = end < 0 ? word : word.substring(0, end);
        for (Option<?> option : Options.all()) {
            if (option.flag().equals(flag)) {
                return true;
            }
        }
        return false;
    }
}
