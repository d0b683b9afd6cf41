package io.merlinadapter.cli.config;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How what was given for an option becomes a value. */
interface Kind<T> {

    /** The value; where what was given can't be used, a fault is added, and the default stands in so that reading can go on. */
    ResolvedValue<T> read(Given given, ConfigReader reader);

    /** A text as messages may show it. */
    default String withoutSecrets(String text) {
        return text;
    }

    /** What is still to be checked, or done, with a value that is good by itself. */
    interface Step<T> {
        T take(T value, Given given, ConfigReader reader);
    }

    default Kind<T> then(Step<T> step) {
        return (given, reader) -> {
            ResolvedValue<T> read = read(given, reader);
            return reader.faults().none(given.option())
                    ? new ResolvedValue<>(given, step.take(read.value(), given, reader), read.text(), read.source())
                    : read;
        };
    }

    /**
     * A kind of text.
     *
     * @param parse null where a text is none of this kind
     * @param expected what is expected instead of a text that is none
     */
    record Words<T>(Function<String, @Nullable T> parse, Function<String, String> expected, Function<T, String> show)
            implements Kind<T> {
        private static final String AUTO = "auto";
        /** Takes the place of a faulty value that has no default; never seen, because a fault ends it all. */
        private static final String NOTHING = "none";

        /** @param expected whatever was given */
        Words(Function<String, @Nullable T> parse, String expected, Function<T, String> show) {
            this(parse, given -> expected, show);
        }

        @Override
        public ResolvedValue<T> read(Given given, ConfigReader reader) {
            T value = parse.apply(given.textOrEmpty());
            if (value == null) {
                reader.faults().value(given, expected.apply(given.textOrEmpty()));
                String standIn = Objects.requireNonNullElse(given.option().fallback(), NOTHING);
                value = Objects.requireNonNull(parse.apply(standIn), "an option's own default is faulty");
            }
            return ResolvedValue.of(given, value, show.apply(value));
        }

        /** One whose texts stand for other values. */
        <V> Words<V> as(Function<T, V> value, Function<V, String> shown) {
            return new Words<>(
                    text -> {
                        T parsed = parse.apply(text);
                        return parsed == null ? null : value.apply(parsed);
                    },
                    expected,
                    shown);
        }

        /** With a word for what follows from options before it, or from where the adapter runs. */
        Kind<T> orAuto(Function<ConfigReader, T> auto) {
            return (given, reader) -> {
                boolean isAuto = isAuto(given.textOrEmpty());
                return new Words<>(
                                text -> isAuto(text) ? auto.apply(reader) : parse.apply(text),
                                text -> AUTO + " or " + expected.apply(text),
                                value -> isAuto ? AUTO + " (" + show.apply(value) + ")" : show.apply(value))
                        .read(given, reader);
            };
        }

        private static boolean isAuto(String text) {
            return text.trim().equalsIgnoreCase(AUTO);
        }

        /** One that need not be given. */
        Kind<Optional<T>> optional() {
            return (given, reader) -> {
                if (given.text() == null) {
                    return ResolvedValue.of(given, Optional.empty(), "unset");
                }
                ResolvedValue<T> read = read(given, reader);
                return ResolvedValue.of(given, Optional.of(read.value()), read.text());
            };
        }

        /** One that stands for this value where it is not given. */
        Kind<T> or(T absent) {
            return (given, reader) ->
                    given.text() == null ? ResolvedValue.of(given, absent, "unset") : read(given, reader);
        }

        /** One that follows from options before it where it is not given. */
        Kind<T> orDerived(Function<ConfigReader, T> derive) {
            return (given, reader) -> {
                if (given.text() != null) {
                    return read(given, reader);
                }
                T value = derive.apply(reader);
                return new ResolvedValue<>(given, value, show.apply(value), Given.Source.DERIVED);
            };
        }

        /**
         * One whose variable the program may read too, with words of its own: one that is unknown here counts as the default.
         *
         * @param known what is not unknown
         */
        Kind<T> withForeignVariable(String known) {
            return (given, reader) -> {
                if (given.source() != Given.Source.VARIABLE || parse.apply(given.textOrEmpty()) != null) {
                    return read(given, reader);
                }
                String fallback = String.valueOf(given.option().fallback());
                reader.warn(given.statement() + ", which counts as " + fallback + "; known are " + known);
                return read(new Given(given.option(), fallback, Given.Source.DEFAULT), reader);
            };
        }
    }
}
