package io.merlinadapter.cli.config;

import io.merlinadapter.cli.text.SafeText;

/**
 * An option's value as it was understood.
 *
 * @param given what it was read from
 * @param text the value in words
 * @param source where it came from, which is not where {@code given} came from if that was not used
 */
public record ResolvedValue<T>(Given given, T value, String text, Given.Source source) {

    static <T> ResolvedValue<T> of(Given given, T value, String text) {
        return new ResolvedValue<>(given, value, text, given.source());
    }

    public Option<?> option() {
        return given.option();
    }

    /** As in {@code workers=2 (WORKERS)}. */
    public String line(int longest) {
        return option().key() + "=" + SafeText.shorten(text, longest) + " (" + origin() + ")";
    }

    private String origin() {
        return switch (source) {
            case FLAG -> option().flag();
            case VARIABLE -> option().variable();
            case COMMAND -> "default of this command";
            case DEFAULT -> "default";
            case DERIVED -> option().fallbackShown();
        };
    }
}
