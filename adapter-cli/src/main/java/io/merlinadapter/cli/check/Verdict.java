package io.merlinadapter.cli.check;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the program has shown.
 *
 * @param check which check it was, in a word that stays the same: {@code starts}, {@code answers} …
 * @param about what was sent or looked at, where the check has several
 * @param seen a sentence without its full stop
 * @param advice what to do about it
 * @param details lines that are shown as they are: an answer, the end of a traceback
 * @param figures numbers, for machines
 */
record Verdict(
        Kind kind,
        String check,
        @Nullable String about,
        String seen,
        @Nullable String advice,
        List<String> details,
        Map<String, Object> figures) {

    /** From good to bad. */
    enum Kind {
        OK,
        /** Neither good nor bad: not tried, or advice. */
        NOTE,
        /** It will serve, but somebody will be surprised. */
        WARN,
        /** It will not serve. */
        FAIL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Verdict of(Kind kind, String check, @Nullable String about, String seen) {
        return new Verdict(kind, check, about, seen, null, List.of(), Map.of());
    }

    Verdict advice(@Nullable String what) {
        return new Verdict(kind, check, about, seen, what, details, figures);
    }

    Verdict details(List<String> lines) {
        return new Verdict(kind, check, about, seen, advice, List.copyOf(lines), figures);
    }

    Verdict figures(Map<String, Object> numbers) {
        return new Verdict(kind, check, about, seen, advice, details, Map.copyOf(numbers));
    }
}
