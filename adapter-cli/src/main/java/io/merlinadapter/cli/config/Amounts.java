package io.merlinadapter.cli.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations and sizes as people write them: {@code 30s}, {@code 500ms}, {@code 16MiB}. */
public final class Amounts {

    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1000L, "", 1000L, "m", 60_000L, "h", 3600_000L);
    private static final long KIB = 1024;
    private static final Map<String, Long> BYTES = Map.of(
            "",
            1L,
            "b",
            1L,
            "k",
            KIB,
            "kib",
            KIB,
            "m",
            KIB * KIB,
            "mib",
            KIB * KIB,
            "g",
            KIB * KIB * KIB,
            "gib",
            KIB * KIB * KIB);
    /** Longer numbers are mistakes, and would only cost time. */
    private static final int MAX_DIGITS = 18;

    private static final Pattern DECIMAL_SIZE =
            Pattern.compile("\\s*([0-9]{1,18}(?:\\.[0-9]{1,18})?)\\s*([kmg])b\\s*", Pattern.CASE_INSENSITIVE);

    private Amounts() {}

    /** The duration, or null if the text is none or is finer than a millisecond. */
    public static @Nullable Duration duration(String text) {
        BigDecimal millis = amount(text, MILLIS);
        return millis == null || !isWhole(millis) ? null : Duration.ofMillis(millis.longValueExact());
    }

    /** The number of bytes, or null if the text is no size. */
    public static @Nullable Long size(String text) {
        BigDecimal bytes = amount(text, BYTES);
        return bytes == null || !isWhole(bytes) ? null : Long.valueOf(bytes.longValueExact());
    }

    /**
     * What {@code 16MB} may have meant: nobody can tell whether its writer counts in thousands, so it is not taken as a
     * size. Null for all else.
     */
    static @Nullable String meantSize(String text) {
        Matcher decimal = DECIMAL_SIZE.matcher(text);
        return decimal.matches() ? decimal.group(1) + decimal.group(2).toUpperCase(Locale.ROOT) + "iB" : null;
    }

    /** In the largest unit that needs no fraction. */
    static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 3600_000 == 0) {
            return millis / 3600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** In the largest unit that needs no fraction. */
    static String show(long bytes) {
        if (bytes != 0 && bytes % (KIB * KIB * KIB) == 0) {
            return bytes / (KIB * KIB * KIB) + "GiB";
        }
        if (bytes != 0 && bytes % (KIB * KIB) == 0) {
            return bytes / (KIB * KIB) + "MiB";
        }
        return bytes != 0 && bytes % KIB == 0 ? bytes / KIB + "KiB" : bytes + " bytes";
    }

    private static @Nullable BigDecimal amount(String text, Map<String, Long> units) {
        String trimmed = text.trim();
        int end = 0;
        while (end < trimmed.length() && isNumeric(trimmed.charAt(end))) {
            end++;
        }
        Long unit = units.get(trimmed.substring(end).trim().toLowerCase(Locale.ROOT));
        if (unit == null || end > MAX_DIGITS || !isNumber(trimmed.substring(0, end))) {
            return null;
        }
        BigDecimal amount = new BigDecimal(trimmed.substring(0, end)).multiply(BigDecimal.valueOf(unit));
        return amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : amount;
    }

    private static boolean isNumeric(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    /** Digits, with at most one point among them and one digit before it. */
    private static boolean isNumber(String digits) {
        return !digits.isEmpty()
                && digits.charAt(0) != '.'
                && !digits.endsWith(".")
                && digits.indexOf('.') == digits.lastIndexOf('.');
    }

    private static boolean isWhole(BigDecimal number) {
        return number.setScale(0, RoundingMode.DOWN).compareTo(number) == 0;
    }
}
