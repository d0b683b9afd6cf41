package io.merlinadapter.cli.program;

import io.merlinadapter.cli.text.SafeText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The locale of the program. Requests and replies are UTF-8, and there are languages (R, Java) that read and write nothing
 * but ASCII where no locale says otherwise.
 *
 * @param changes of the program's environment; a null value removes a variable
 * @param notice what the reader of the log should know; null where that is nothing
 * @param isWarning whether the notice is about a fault
 */
public record ChildLocale(
        Map<String, @Nullable String> changes, @Nullable String notice, boolean isWarning) {

    private static final String UTF_8 = "C.UTF-8";
    private static final String ALL = "LC_ALL";
    private static final String LETTERS = "LC_CTYPE";

    /** As {@code locale charmap} names the letters of C, and of a locale that is not installed. */
    private static final String ASCII = "ANSI_X3.4-1968";

    /**
     * What the launcher knows, which has set LC_ALL for Java.
     *
     * @param all the value of LC_ALL before; null where it was unset
     * @param letters the character set of the locale; empty where that is not known
     */
    public record Launched(@Nullable String all, String letters) {

        /** Null if this Java was started by something else, with a locale of its own choice. */
        public static @Nullable Launched here() {
            String letters = System.getProperty("io.merlinadapter.letters");
            return letters == null ? null : new Launched(System.getProperty("io.merlinadapter.lc-all"), letters);
        }
    }

    /**
     * What follows from an environment.
     *
     * @param launched null where LC_ALL is as the user has set it
     */
    public static ChildLocale of(Map<String, String> env, @Nullable Launched launched) {
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        String all = env.get(ALL);
        if (launched != null) {
            all = launched.all();
            changes.put(ALL, all);
        }
        String variable = isSet(all) ? ALL : isSet(env.get(LETTERS)) ? LETTERS : "LANG";
        String name = variable.equals(ALL) && all != null ? all : env.getOrDefault(variable, "");
        if (name.isEmpty()) {
            changes.put(LETTERS, UTF_8);
            return new ChildLocale(changes, null, false);
        }
        String statement = variable + " is " + SafeText.quote(name);
        if (name.equals("C") || name.equals("POSIX")) {
            if (variable.equals(ALL)) {
                return new ChildLocale(
                        changes,
                        statement
                                + ": in this locale R, Java and others lose all letters beyond ASCII of a request; set "
                                + ALL + "=" + UTF_8 + ", or unset it",
                        true);
            }
            // As Python does for itself (PEP 538): these are what is there where nobody has chosen anything.
            changes.put(LETTERS, UTF_8);
            return new ChildLocale(
                    changes,
                    statement + ", which has no letters beyond ASCII: the program gets " + LETTERS + "=" + UTF_8,
                    false);
        }
        return named(changes, statement, name, launched == null ? "" : launched.letters());
    }

    private static ChildLocale named(
            Map<String, @Nullable String> changes, String statement, String name, String letters) {
        boolean isUtf8 = letters.isEmpty() || letters.equals("UTF-8") || name.equals(UTF_8);
        if (isUtf8) {
            return new ChildLocale(changes, null, false);
        }
        if (letters.equals(ASCII) && !name.toUpperCase(Locale.ROOT).contains("ASCII")) {
            // All of it: one part that is not installed makes setlocale() refuse the others too.
            changes.put(ALL, UTF_8);
            return new ChildLocale(
                    changes,
                    statement + ", a locale that is not installed here: the program gets " + ALL + "=" + UTF_8
                            + "; install it, or set " + UTF_8,
                    true);
        }
        return new ChildLocale(
                changes,
                statement + ", whose letters are " + SafeText.quote(letters)
                        + "; requests and replies are UTF-8, so set " + ALL + "=" + UTF_8
                        + " unless the program sees to that itself",
                true);
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
