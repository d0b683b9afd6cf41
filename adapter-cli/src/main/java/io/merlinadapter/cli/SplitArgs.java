package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.SplitMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what Merlin does to a logged command line: it splits it at each single space, so that quotes arrive in pieces
 * and double spaces as empty arguments. Joining with one space is the exact inverse. Arguments that are whole are left alone,
 * quotes and all: somebody who knows Merlin writes JSON without quotes around it.
 */
final class SplitArgs {

    private SplitArgs() {}

    /** What is done with a command line. */
    enum Decision {
        AS_IT_IS,
        /** It is put together only if it can't be used as it is, and can be used then. */
        IF_FAULTY,
        TOGETHER
    }

    static Decision decide(List<String> args, Map<String, String> env) {
        return switch (mode(args, env)) {
            case NEVER -> Decision.AS_IT_IS;
            case ALWAYS -> Decision.TOGETHER;
            case AUTO -> isMerlin(env) ? underMerlin(args) : Decision.AS_IT_IS;
        };
    }

    /** Of all platforms only Merlin sets these; the CARAML_… variables are set by people too, to name their model. */
    private static boolean isMerlin(Map<String, String> env) {
        return !env.getOrDefault("MERLIN_MODEL_NAME", "").isEmpty()
                || !env.getOrDefault("MERLIN_PREDICTOR_PORT", "").isEmpty();
    }

    private static Decision underMerlin(List<String> args) {
        if (args.stream().anyMatch(arg -> arg.indexOf(' ') >= 0)) {
            return Decision.AS_IT_IS;
        }
        if (args.stream().anyMatch(arg -> arg.isEmpty() || leavesQuoteOpen(arg))) {
            return Decision.TOGETHER;
        }
        return args.stream().anyMatch(arg -> arg.indexOf('\'') >= 0 || arg.indexOf('"') >= 0)
                ? Decision.IF_FAULTY
                : Decision.AS_IT_IS;
    }

    private static boolean leavesQuoteOpen(String arg) {
        try {
            ShellWords.split(arg);
            return false;
        } catch (ShellWords.UnclosedQuoteException open) {
            return true;
        }
    }

    /** A word that is no mode counts as auto here; reading the options reports it later. */
    private static SplitMode mode(List<String> args, Map<String, String> env) {
        String word = flagIn(args);
        if (word == null) {
            word = env.getOrDefault(Options.SPLIT_ARGS.variable(), "");
        }
        try {
            return SplitMode.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException notAMode) {
            return SplitMode.AUTO;
        }
    }

    /** The flag's value, looked for only among our own options: the program may well have a flag of the same name. */
    private static @Nullable String flagIn(List<String> args) {
        String flag = Options.SPLIT_ARGS.flag();
        String found = null;
        for (int i = 0; i < args.size() && args.get(i).startsWith("-"); i++) {
            String arg = args.get(i);
            if (arg.equals("--")) {
                break;
            }
            if (arg.startsWith(flag + "=")) {
                found = arg.substring(flag.length() + 1);
            } else if (arg.indexOf('=') < 0 && !Switches.isSwitch(arg) && i + 1 < args.size()) {
                // All other options of ours take a value, but for help and version, after which nothing matters.
                i++;
                found = arg.equals(flag) ? args.get(i) : found;
            }
        }
        return found;
    }
}
