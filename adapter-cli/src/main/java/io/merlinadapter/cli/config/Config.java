package io.merlinadapter.cli.config;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The program to run, and the value of every option. Immutable. */
public final class Config {
    private final List<String> command;
    private final Map<Option<?>, ResolvedValue<?>> values;

    /** @param command the program and its arguments */
    Config(List<String> command, Map<Option<?>, ResolvedValue<?>> values) {
        this.command = List.copyOf(command);
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The program and its arguments, never empty where there is no fault. */
    public List<String> command() {
        return command;
    }

    public <T> T get(Option<T> option) {
        return value(values, option);
    }

    /** Each option's value in words and where it came from, in the order of {@link Options#all}. */
    public Collection<ResolvedValue<?>> resolved() {
        return values.values();
    }

    public ResolvedValue<?> resolved(Option<?> option) {
        return found(values, option);
    }

    /** As {@link Given#mention}. */
    String mention(Option<?> option) {
        return resolved(option).given().mention();
    }

    /** Of a map in which each option has a value of its own type. */
    @SuppressWarnings("unchecked")
    static <T> T value(Map<Option<?>, ResolvedValue<?>> values, Option<T> option) {
        return (T) found(values, option).value();
    }

    private static ResolvedValue<?> found(Map<Option<?>, ResolvedValue<?>> values, Option<?> option) {
        return Objects.requireNonNull(values.get(option), option.flag());
    }
}
