package io.merlinadapter.cli;

import io.merlinadapter.metrics.push.GatewayUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings as Java values: the flag if given, else the variable, else the default. A value that can't be used
 * becomes a fault, and the default stands in for it so that reading can go on. Used by one thread.
 */
final class SettingReader {

    private static final String NAME_RULE = "a name of letters, digits, dots, dashes and underscores";
    private static final String AUTO = "auto";
    /** Takes the place of a faulty value that has no default; never seen, because a fault ends it all. */
    private static final String NOTHING = "none";

    private final Map<Setting, String> flags;
    private final Map<String, String> env;
    private final Faults faults;
    private final List<ResolvedValue> values = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    SettingReader(Map<Setting, String> flags, Map<String, String> env, Faults faults) {
        this.flags = flags;
        this.env = env;
        this.faults = faults;
    }

    /** What was read as something else than it says. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What was read, in the order of reading. */
    List<ResolvedValue> values() {
        return List.copyOf(values);
    }

    /** An empty variable counts as unset: that is how a deployment takes back what an image has set. */
    Given given(Setting setting) {
        String flag = flags.get(setting);
        if (flag != null) {
            return new Given(setting, flag, Given.Source.FLAG);
        }
        String variable = env.getOrDefault(setting.variable(), "");
        return variable.isEmpty()
                ? new Given(setting, setting.fallback(), Given.Source.DEFAULT)
                : new Given(setting, variable, Given.Source.VARIABLE);
    }

    int count(Setting setting, int min, int max) {
        String expected = "a whole number from " + min + " to " + max;
        return read(setting, expected, text -> ValueParser.count(text, min, max), String::valueOf);
    }

    int size(Setting setting, long max) {
        return (int) longSize(setting, Math.min(max, Integer.MAX_VALUE));
    }

    long longSize(Setting setting, long max) {
        String expected = "a size from 1 byte to " + Amounts.show(max) + ", " + Amounts.SIZE_EXAMPLES
                + meantSize(setting, 1, max);
        return read(setting, expected, text -> ValueParser.size(text, 1, max), Amounts::show);
    }

    /** @param auto what the word auto stands for here */
    long sizeOrAuto(Setting setting, long auto, long max) {
        boolean isAuto = isAuto(given(setting).textOrEmpty());
        String expected = AUTO + " or a size from 1 byte to " + Amounts.show(max) + ", " + Amounts.SIZE_EXAMPLES
                + meantSize(setting, 1, max);
        return read(
                setting,
                expected,
                text -> isAuto(text) ? Long.valueOf(auto) : ValueParser.size(text, 1, max),
                size -> isAuto ? AUTO + " (" + Amounts.show(size) + ")" : Amounts.show(size));
    }

    /** A size that is zero where there is none. */
    long sizeOrNone(Setting setting, long min, long max) {
        String expected = "0 or a size from " + Amounts.show(min) + " to " + Amounts.show(max)
                + ", such as 512MiB or 2G" + meantSize(setting, min, max);
        return read(
                setting,
                expected,
                text -> ValueParser.zeroOrSize(text, min, max),
                size -> size == 0 ? "0" : Amounts.show(size));
    }

    private String meantSize(Setting setting, long min, long max) {
        String meant = Amounts.meantSize(given(setting).textOrEmpty());
        return meant == null || ValueParser.size(meant, min, max) == null ? "" : "; did you mean " + meant + "?";
    }

    Duration duration(Setting setting, Duration min, Duration max) {
        return read(setting, timeRule(min, max), text -> ValueParser.time(text, min, max), Amounts::show);
    }

    /** @param auto what the word auto stands for here */
    Duration durationOrAuto(Setting setting, Duration auto, Duration min, Duration max) {
        boolean isAuto = isAuto(given(setting).textOrEmpty());
        return read(
                setting,
                AUTO + " or " + timeRule(min, max),
                text -> isAuto(text) ? auto : ValueParser.time(text, min, max),
                time -> isAuto ? AUTO + " (" + Amounts.show(time) + ")" : Amounts.show(time));
    }

    /** @param auto what the word auto stands for here */
    int countOrAuto(Setting setting, int auto, int min, int max) {
        boolean isAuto = isAuto(given(setting).textOrEmpty());
        return read(
                setting,
                AUTO + " or a whole number from " + min + " to " + max,
                text -> isAuto(text) ? Integer.valueOf(auto) : ValueParser.count(text, min, max),
                number -> isAuto ? AUTO + " (" + number + ")" : String.valueOf(number));
    }

    /** A way to reach the program, as it was written. */
    String channel(Setting setting) {
        return read(
                setting,
                "stdio, socket, connect:unix:PATH or connect:tcp:127.0.0.1:PORT",
                ValueParser::channel,
                Function.identity());
    }

    GatewayUrl gateway(Setting setting) {
        return read(setting, GatewayUrl.EXPECTED, ValueParser::gateway, GatewayUrl::toString);
    }

    /** Names of headers, with commas between them; none if it is unset. */
    List<String> headerNames(Setting setting) {
        if (given(setting).text() == null) {
            unset(setting);
            return List.of();
        }
        return read(
                setting,
                "names of headers, separated by commas, such as x-tenant,x-region, or * alone for all that are harmless",
                ValueParser::headerNames,
                names -> String.join(",", names));
    }

    private static boolean isAuto(String text) {
        return text.trim().equalsIgnoreCase(AUTO);
    }

    private static String timeRule(Duration min, Duration max) {
        return "a time from " + Amounts.show(min) + " to " + Amounts.show(max) + " in whole milliseconds, "
                + Amounts.DURATION_EXAMPLES;
    }

    boolean isTrue(Setting setting) {
        return read(setting, "true or false", ValueParser::truth, String::valueOf);
    }

    /** One of the constants, whatever the case it is written in. */
    <E extends Enum<E>> E choice(Setting setting, Class<E> type) {
        String expected =
                Arrays.stream(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(" or "));
        return choice(setting, type, expected);
    }

    <E extends Enum<E>> E choice(Setting setting, Class<E> type, String expected) {
        return read(setting, expected, text -> ValueParser.constant(type, text), Object::toString);
    }

    /**
     * As a choice, with the names of Python's logging. The variable is one that the program may read too, with words of its
     * own: one that is unknown here counts as the default.
     */
    Settings.LogLevel logLevel(Setting setting) {
        Given given = given(setting);
        if (given.source() == Given.Source.VARIABLE && level(given.textOrEmpty()) == null) {
            warnings.add(given.statement() + ", which counts as " + setting.fallback()
                    + "; known are trace, debug, info, warn and error, and the names of Python's logging");
            values.add(new ResolvedValue(setting, String.valueOf(setting.fallback()), Given.Source.DEFAULT));
            return Objects.requireNonNull(level(String.valueOf(setting.fallback())));
        }
        return read(setting, "trace, debug, info, warn or error", SettingReader::level, Object::toString);
    }

    private static Settings.@Nullable LogLevel level(String text) {
        String level = text.trim().toLowerCase(Locale.ROOT);
        return ValueParser.constant(
                Settings.LogLevel.class,
                switch (level) {
                    case "warning" -> "warn";
                    case "critical", "fatal" -> "error";
                    // All that Python has, whose lowest level is debug.
                    case "notset" -> "debug";
                    default -> level;
                });
    }

    /** Text that becomes part of a URL. */
    String name(Setting setting) {
        return read(setting, NAME_RULE, ValueParser::name, Function.identity());
    }

    String text(Setting setting) {
        return read(setting, "some text", ValueParser::nonBlank, Function.identity());
    }

    /** Text for which there need not be any. */
    @Nullable
    String optionalText(Setting setting) {
        return given(setting).text() == null ? unset(setting) : text(setting);
    }

    /** A name that is worked out when nobody gives it. */
    String nameOr(Setting setting, String derived) {
        if (given(setting).text() != null) {
            return name(setting);
        }
        values.add(new ResolvedValue(setting, derived, Given.Source.DERIVED));
        return derived;
    }

    private @Nullable String unset(Setting setting) {
        values.add(new ResolvedValue(setting, "unset", Given.Source.DEFAULT));
        return null;
    }

    private <T> T read(
            Setting setting, String expected, Function<String, @Nullable T> parse, Function<T, String> show) {
        Given given = given(setting);
        T value = parse.apply(given.textOrEmpty());
        if (value == null) {
            faults.value(given, expected);
            String standIn = Objects.requireNonNullElse(setting.fallback(), NOTHING);
            value = Objects.requireNonNull(parse.apply(standIn), "a setting's own default is faulty");
        }
        values.add(new ResolvedValue(setting, show.apply(value), given.source()));
        return value;
    }
}
