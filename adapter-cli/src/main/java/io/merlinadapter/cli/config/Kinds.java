package io.merlinadapter.cli.config;

import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.metrics.push.GatewayUrl;
import io.merlinadapter.transport.ConnectAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The kinds of options there are. */
final class Kinds {
    static final String NONE = "none";

    private Kinds() {}

    static Kind.Words<Integer> count(int min, int max) {
        return new Kind.Words<>(
                text -> count(text, min, max), "a whole number from " + min + " to " + max, String::valueOf);
    }

    private static @Nullable Integer count(String text, int min, int max) {
        try {
            int number = Integer.parseInt(text.trim());
            return number >= min && number <= max ? Integer.valueOf(number) : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** A number of bytes, at least one. */
    static Kind.Words<Long> size(long max) {
        return new Kind.Words<>(
                text -> size(text, 1, max),
                text -> "a size from 1 byte to " + Amounts.show(max) + ", such as 16MiB, 512K or 1048576"
                        + meantSize(text, 1, max),
                Amounts::show);
    }

    /** A number of bytes that Java can index. */
    static Kind.Words<Integer> indexableSize(int max) {
        Kind.Words<Long> size = size(max);
        return new Kind.Words<>(
                text -> {
                    Long bytes = size.parse().apply(text);
                    return bytes == null ? null : Integer.valueOf(bytes.intValue());
                },
                size.expected(),
                Amounts::show);
    }

    /** A size that is zero where there is none. */
    static Kind.Words<Long> zeroOrSize(long min, long max) {
        return new Kind.Words<>(
                text -> {
                    Long size = Amounts.size(text);
                    return size != null && size == 0 ? size : size(text, min, max);
                },
                text -> "0 or a size from " + Amounts.show(min) + " to " + Amounts.show(max) + ", such as 512MiB or 2G"
                        + meantSize(text, min, max),
                size -> size == 0 ? "0" : Amounts.show(size));
    }

    /** A size that is zero where the word for none is given. */
    static Kind.Words<Long> noneOrSize(long min, long max) {
        return new Kind.Words<>(
                text -> text.trim().equalsIgnoreCase(NONE) ? Long.valueOf(0) : size(text, min, max),
                text -> NONE + " or a size from " + Amounts.show(min) + " to " + Amounts.show(max)
                        + ", such as 512MiB or 2G" + meantSize(text, min, max),
                size -> size == 0 ? NONE : Amounts.show(size));
    }

    private static @Nullable Long size(String text, long min, long max) {
        Long size = Amounts.size(text);
        return size != null && size >= min && size <= max ? size : null;
    }

    private static String meantSize(String text, long min, long max) {
        String meant = Amounts.meantSize(text);
        return meant == null || size(meant, min, max) == null ? "" : "; did you mean " + meant + "?";
    }

    static Kind.Words<Duration> time(Duration min, Duration max) {
        return new Kind.Words<>(
                text -> {
                    Duration time = Amounts.duration(text);
                    return time != null && time.compareTo(min) >= 0 && time.compareTo(max) <= 0 ? time : null;
                },
                "a time from " + Amounts.show(min) + " to " + Amounts.show(max)
                        + " in whole milliseconds, such as 30s, 500ms, 5m or 1h; a plain number is seconds",
                Amounts::show);
    }

    /** Also as Merlin's pyfunc server has it: 1. */
    static Kind<Boolean> truth() {
        return new Kind.Words<>(
                text -> switch (text.trim().toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes" -> Boolean.TRUE;
                    case "false", "0", "no" -> Boolean.FALSE;
                    default -> null;
                },
                "true or false",
                String::valueOf);
    }

    /** One of the constants, whatever the case it is written in. */
    static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
        String expected =
                Arrays.stream(type.getEnumConstants()).map(Kinds::word).collect(Collectors.joining(" or "));
        return new Kind.Words<>(text -> constant(type, text), expected, Kinds::word);
    }

    private static <E extends Enum<E>> @Nullable E constant(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text.trim()))
                .findFirst()
                .orElse(null);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Kind<Protocol> protocol() {
        return new Kind.Words<>(
                text -> constant(Protocol.class, text), "HTTP_JSON, UPI_V1 or both", Protocol::toString);
    }

    /** As a choice, with the names of Python's logging. */
    static Kind<Level> logLevel() {
        return new Kind.Words<>(Kinds::level, "trace, debug, info, warn or error", Kinds::word)
                .withForeignVariable("trace, debug, info, warn and error, and the names of Python's logging");
    }

    private static @Nullable Level level(String text) {
        String level = text.trim().toLowerCase(Locale.ROOT);
        return constant(
                Level.class,
                switch (level) {
                    case "warning" -> "warn";
                    case "critical", "fatal" -> "error";
                    // All that Python has, whose lowest level is debug.
                    case "notset" -> "debug";
                    default -> level;
                });
    }

    static Kind.Words<String> text() {
        return new Kind.Words<>(text -> text.isBlank() ? null : text, "some text", Function.identity());
    }

    /** Of letters, digits, dots, dashes and underscores, so that it can be part of a URL. */
    static Kind.Words<String> name() {
        return new Kind.Words<>(
                text -> !text.isEmpty() && text.chars().allMatch(Kinds::isOfName) ? text : null,
                "a name of letters, digits, dots, dashes and underscores",
                Function.identity());
    }

    private static boolean isOfName(int c) {
        return c == '.' || c == '-' || c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }

    /** Names as RFC 9110 has them (tokens), in lower case, and * by itself; none if it is unset. */
    static Kind<List<String>> headerNames() {
        return new Kind.Words<>(
                        Kinds::headerNames,
                        "names of headers, separated by commas, such as x-tenant,x-region, or * alone for all that are"
                                + " harmless",
                        names -> String.join(",", names))
                .or(List.of());
    }

    private static @Nullable List<String> headerNames(String text) {
        List<String> names = Arrays.stream(text.split(",", -1))
                .map(name -> name.trim().toLowerCase(Locale.ROOT))
                .toList();
        return names.stream().allMatch(PassedHeaders::canList) ? names : null;
    }

    /** A way to reach the program, as it was written: the word for a channel, or an address on this machine. */
    static Kind<String> channel() {
        return new Kind.Words<>(
                Kinds::channel, "stdio, socket, connect:unix:PATH or connect:tcp:127.0.0.1:PORT", Function.identity());
    }

    private static @Nullable String channel(String text) {
        String channel = text.trim();
        if (channel.equals(Options.STDIO) || channel.equals(Options.SOCKET)) {
            return channel;
        }
        try {
            return ConnectAddress.parse(channel).text();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** An address that may hold a password. */
    static Kind<GatewayUrl> gateway() {
        Kind<GatewayUrl> address = new Kind.Words<>(Kinds::gateway, GatewayUrl.EXPECTED, GatewayUrl::toString);
        return new Kind<>() {
            @Override
            public ResolvedValue<GatewayUrl> read(Given given, ConfigReader reader) {
                return address.read(given, reader);
            }

            @Override
            public String withoutSecrets(String text) {
                return SafeText.withoutLogin(text);
            }
        };
    }

    private static @Nullable GatewayUrl gateway(String text) {
        try {
            return GatewayUrl.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
