package io.merlinadapter.cli;

import org.jspecify.annotations.Nullable;

/**
 * An option's value as text, and who gave it.
 *
 * @param text null where nobody did and there is no default
 */
record Given(Option<?> option, @Nullable String text, Source source) {

    enum Source {
        FLAG,
        VARIABLE,
        DEFAULT,
        /** Worked out from other options. */
        DERIVED
    }

    String textOrEmpty() {
        return text == null ? "" : text;
    }

    /** As in {@code --workers is "x" (set by the variable WORKERS)}. */
    String statement() {
        return option.flag() + " is " + SafeText.quote(option.shown(textOrEmpty()))
                + (source == Source.VARIABLE ? " (set by the variable " + option.variable() + ")" : "");
    }

    /** As in {@code --workers (2, from the variable WORKERS)}. */
    String mention() {
        return option.flag() + " ("
                + SafeText.shorten(option.shown(textOrEmpty()), 40)
                + switch (source) {
                    case FLAG -> ")";
                    case VARIABLE -> ", set by the variable " + option.variable() + ")";
                    case DEFAULT, DERIVED -> ", the default)";
                };
    }

    /** Without a password that it may hold. */
    @Override
    public String toString() {
        return statement();
    }
}
