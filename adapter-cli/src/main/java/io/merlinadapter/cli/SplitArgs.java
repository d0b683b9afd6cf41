package io.merlinadapter.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what Merlin does to a logged command line: it splits it at each single space, so that quotes arrive in pieces
 * and double spaces as empty arguments. Joining with one space is the exact inverse.
 */
final class SplitArgs {

    private SplitArgs() {}

    /** Whether the vector has to be joined and lexed again before options are looked for. */
    static boolean applies(List<String> args, Map<String, String> env) {
        return switch (mode(args, env)) {
            case NEVER -> false;
            case ALWAYS -> true;
            case AUTO -> !env.getOrDefault(Setting.MODEL_NAME.variable(), "").isEmpty() && looksSplit(args);
        };
    }

    private static boolean looksSplit(List<String> args) {
        return args.stream().noneMatch(arg -> arg.indexOf(' ') >= 0)
                && args.stream().anyMatch(arg -> arg.isEmpty() || arg.indexOf('"') >= 0 || arg.indexOf('\'') >= 0);
    }

    /** A word that is no mode counts as auto here; reading the settings reports it later. */
    private static Settings.SplitMode mode(List<String> args, Map<String, String> env) {
        String word = flagIn(args);
        if (word == null) {
            word = env.getOrDefault(Setting.SPLIT_ARGS.variable(), "");
        }
        try {
            return Settings.SplitMode.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException notAMode) {
            return Settings.SplitMode.AUTO;
        }
    }

    /** The flag's value, looked for only among our own options: the program may well have a flag of the same name. */
    private static @Nullable String flagIn(List<String> args) {
        String flag = Setting.SPLIT_ARGS.flag();
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
