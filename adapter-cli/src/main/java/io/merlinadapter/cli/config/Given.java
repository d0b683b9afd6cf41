package io.merlinadapter.cli.config;

import io.merlinadapter.cli.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * An option's value as text, and who gave it.
 *
 * @param text null where nobody did and there is no default
 */
public record Given(Option<?> option, @Nullable String text, Source source) {

    public enum Source {
        FLAG,
        VARIABLE,
        DEFAULT,
        /** Set by a command such as dev for itself. */
        COMMAND,
        /** Worked out from other options. */
        DERIVED
    }

    String textOrEmpty() {
        return text == null ? "" : text;
    }

    /** As in {@code --workers is "x" (set by the variable WORKERS)}. */
    public String statement() {
        return option.flag() + " is " + SafeText.quote(option.shown(textOrEmpty()))
                + (source == Source.VARIABLE ? " (set by the variable " + option.variable() + ")" : "");
    }

    /** As in {@code --workers (2, from the variable WORKERS)}. */
    public String mention() {
        return option.flag() + " ("
                + SafeText.shorten(option.shown(textOrEmpty()), 40)
                + switch (source) {
                    case FLAG -> ")";
                    case VARIABLE -> ", set by the variable " + option.variable() + ")";
                    case COMMAND, DEFAULT, DERIVED -> ", the default)";
                };
    }

    /** Without a password that it may hold. */
    @Override
    public String toString() {
        return statement();
    }
}
