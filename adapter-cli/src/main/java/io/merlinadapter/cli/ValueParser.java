package io.merlinadapter.cli;

import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.metrics.push.GatewayUrl;
import io.merlinadapter.transport.ConnectAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Text to values of one kind and range; null where the text is none of them. */
final class ValueParser {

    private ValueParser() {}

    static @Nullable Integer count(String text, int min, int max) {
        try {
            int number = Integer.parseInt(text.trim());
            return number >= min && number <= max ? Integer.valueOf(number) : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    static @Nullable Long size(String text, long min, long max) {
        Long size = Amounts.size(text);
        return size != null && size >= min && size <= max ? size : null;
    }

    static @Nullable Long zeroOrSize(String text, long min, long max) {
        Long size = Amounts.size(text);
        return size != null && size == 0 ? size : size(text, min, max);
    }

    static @Nullable Duration time(String text, Duration min, Duration max) {
        Duration time = Amounts.duration(text);
        return time != null && time.compareTo(min) >= 0 && time.compareTo(max) <= 0 ? time : null;
    }

    /** Also as Merlin's pyfunc server has it: 1. */
    static @Nullable Boolean truth(String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> Boolean.TRUE;
            case "false", "0", "no" -> Boolean.FALSE;
            default -> null;
        };
    }

    static <E extends Enum<E>> @Nullable E constant(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.toString().equalsIgnoreCase(text.trim()))
                .findFirst()
                .orElse(null);
    }

    /** Of letters, digits, dots, dashes and underscores, so that it can be part of a URL. */
    static @Nullable String name(String text) {
        boolean isName = !text.isEmpty()
                && text.chars().allMatch(c -> c == '.' || c == '-' || c == '_' || isAsciiLetterOrDigit(c));
        return isName ? text : null;
    }

    private static boolean isAsciiLetterOrDigit(int c) {
        return c < 128 && Character.isLetterOrDigit(c);
    }

    /** Names as RFC 9110 has them (tokens), in lower case, and * by itself. */
    static @Nullable List<String> headerNames(String text) {
        List<String> names = Arrays.stream(text.split(",", -1))
                .map(name -> name.trim().toLowerCase(Locale.ROOT))
                .toList();
        return names.stream().allMatch(PassedHeaders::canList) ? names : null;
    }

    /** The word for a channel, or an address on this machine. */
    static @Nullable String channel(String text) {
        String channel = text.trim();
        if (channel.equals(Settings.Wire.STDIO) || channel.equals(Settings.Wire.SOCKET)) {
            return channel;
        }
        try {
            return ConnectAddress.parse(channel).text();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static @Nullable GatewayUrl gateway(String text) {
        try {
            return GatewayUrl.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static @Nullable String nonBlank(String text) {
        return text.isBlank() ? null : text;
    }
}
