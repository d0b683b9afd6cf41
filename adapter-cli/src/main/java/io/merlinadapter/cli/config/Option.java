package io.merlinadapter.cli.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be set, by a flag or by a variable. Immutable.
 *
 * @param <T> what a program gets that asks a {@link Config} for it
 */
public final class Option<T> {
    private final OptionGroup group;
    private final String key;
    private final String variable;
    private final @Nullable String fallback;
    private final String fallbackShown;
    private final String label;
    private final Kind<T> kind;

    /**
     * An option.
     *
     * @param key as in {@code http-port}
     * @param fallback the value when neither flag nor variable gives one; null where there is none
     * @param fallbackShown the default as a reader is told it
     * @param label what stands for the value in a help text
     */
    Option(
            OptionGroup group,
            String key,
            String variable,
            @Nullable String fallback,
            String fallbackShown,
            String label,
            Kind<T> kind) {
        this.group = group;
        this.key = key;
        this.variable = variable;
        this.fallback = fallback;
        this.fallbackShown = fallbackShown;
        this.label = label;
        this.kind = kind;
    }

    public OptionGroup group() {
        return group;
    }

    /** As in {@code --http-port}. */
    public String flag() {
        return "--" + key;
    }

    /** As in {@code http-port}. */
    public String key() {
        return key;
    }

    /** As in {@code HTTP_PORT}. */
    public String constant() {
        return key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Whether it may stand alone on the command line, which means true. */
    public boolean isSwitch() {
        return label.equals(Options.TRUE_OR_FALSE);
    }

    /** As in {@code --http-port=PORT}. */
    public String usage() {
        return flag() + (isSwitch() ? "[=" + label + "]" : "=" + label);
    }

    public String variable() {
        return variable;
    }

    /** The value when neither flag nor variable gives one; null where there is none. */
    public @Nullable String fallback() {
        return fallback;
    }

    /** The default as a reader is told it. */
    public String fallbackShown() {
        return fallbackShown;
    }

    /** A value of it as messages may show it: without the password that a URL may hold. */
    public String shown(String value) {
        return kind.withoutSecrets(value);
    }

    public String label() {
        return label;
    }

    Kind<T> kind() {
        return kind;
    }

    /** What it is for, in sentences. */
    public String description() {
        return OptionTexts.of(key);
    }

    @Override
    public String toString() {
        return flag();
    }
}
