package io.merlinadapter.cli;

import org.jspecify.annotations.Nullable;

/**
 * A setting's value as text, and who gave it.
 *
 * @param text null where nobody did and there is no default
 */
record Given(Setting setting, @Nullable String text, Source source) {

    enum Source {
        FLAG,
        VARIABLE,
        DEFAULT,
        /** Worked out from other settings. */
        DERIVED
    }

    String textOrEmpty() {
        return text == null ? "" : text;
    }

    /** As in {@code --workers is "x" (set by the variable WORKERS)}. */
    String statement() {
        return setting.flag() + " is " + SafeText.quote(setting.shown(textOrEmpty()))
                + (source == Source.VARIABLE ? " (set by the variable " + setting.variable() + ")" : "");
    }

    /** As in {@code --workers (2, from the variable WORKERS)}. */
    String mention() {
        return setting.flag() + " ("
                + SafeText.shorten(setting.shown(textOrEmpty()), 40)
                + switch (source) {
                    case FLAG -> ")";
                    case VARIABLE -> ", set by the variable " + setting.variable() + ")";
                    case DEFAULT, DERIVED -> ", the default)";
                };
    }
}
