package io.merlinadapter.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides in command lines what is given under a name that looks like a secret's, as in {@code --api-key=x}, {@code --password
 * x}, {@code DB_PASS=x} and {@code Authorization: x}. What has no such name can't be told from other words: secrets belong
 * into the environment or a file.
 */
public final class Secrets {
    static final String MASK = "***";

    private static final Set<String> WORDS = Set.of(
            "token",
            "auth",
            "authorization",
            "bearer",
            "credential",
            "credentials",
            "creds",
            "pwd",
            "secrets",
            "cookie");
    private static final List<String> ENDINGS =
            List.of("password", "passwd", "passphrase", "secret", "apikey", "accesskey", "authtoken", "accesstoken");
    /** With the word key behind them. */
    private static final Set<String> OF_KEYS =
            Set.of("api", "access", "private", "auth", "account", "shared", "signing");
    /** Before token: it is one of a language model's, or a number of them. */
    private static final Set<String> OF_TEXT = Set.of(
            "pad", "eos", "bos", "unk", "mask", "sep", "cls", "stop", "start", "end", "num", "max", "min", "per",
            "special");
    /** Behind the word: it is said where the secret is, or what it is like. */
    private static final Set<String> ABOUT = Set.of(
            "id", "ids", "count", "limit", "length", "len", "size", "type", "name", "file", "path", "dir", "url", "uri",
            "ttl", "timeout", "header", "method", "mode", "env");

    private static final String NAME = "(?<![A-Za-z0-9_.-])(-{0,2}[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}+)";
    private static final String VALUE = "(\"[^\"]*\"?|'[^']*'?|(?:(?:Bearer|Basic|Digest|Token)\\s+)?[^\\s&;,\"'}]+)";
    private static final Pattern ASSIGNED =
            Pattern.compile(NAME + "([\"']?\\s?(?:=|:(?!//)(?!\\d{1,5}(?![^/\\s])))\\s?)" + VALUE);
    private static final Pattern APART =
            Pattern.compile("(?<![^\\s\"'])(--?[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}+)(\\s+)(?!-)" + VALUE);
    private static final Pattern PARTS = Pattern.compile("[-_.]+|(?<=[a-z0-9])(?=[A-Z])");

    private Secrets() {}

    /** A text, such as a command line, with its secrets hidden. */
    public static String mask(String text) {
        return mask(mask(text, ASSIGNED), APART);
    }

    /** The words of a command line with their secrets hidden; of one with spaces in it, too. */
    public static List<String> mask(List<String> words) {
        List<String> masked = new ArrayList<>();
        boolean isNext = false;
        for (String word : words) {
            int assigned = word.indexOf('=');
            if (isNext && !word.startsWith("-")) {
                masked.add(MASK);
            } else if (assigned > 0 && isName(word.substring(0, assigned)) && isSecret(word.substring(0, assigned))) {
                masked.add(word.substring(0, assigned + 1) + MASK);
            } else {
                masked.add(mask(word));
            }
            isNext = word.startsWith("-") && isName(word) && isSecret(word);
        }
        return List.copyOf(masked);
    }

    private static String mask(String text, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder masked = new StringBuilder();
        int shown = 0;
        for (int at = 0; matcher.find(at); ) {
            if (isSecret(matcher.group(1))) {
                masked.append(text, shown, matcher.start(3)).append(MASK);
                shown = matcher.end();
                at = shown;
            } else {
                // The value may hold a secret in its turn.
                at = matcher.end(1);
            }
        }
        return masked.append(text, shown, text.length()).toString();
    }

    private static boolean isName(String word) {
        return word.chars()
                .allMatch(c -> c == '-' || c == '_' || c == '.' || (c < 0x80 && Character.isLetterOrDigit(c)));
    }

    static boolean isSecret(String name) {
        List<String> parts = Arrays.stream(PARTS.split(name))
                .filter(part -> !part.isEmpty())
                .map(part -> part.toLowerCase(Locale.ROOT))
                .toList();
        for (int i = 0; i < parts.size(); i++) {
            String before = i == 0 ? "" : parts.get(i - 1);
            boolean isLast = i + 1 == parts.size();
            if (isSecret(before, parts.get(i), isLast) && (isLast || !ABOUT.contains(parts.get(i + 1)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSecret(String before, String part, boolean isLast) {
        if (part.equals("token") && OF_TEXT.contains(before)) {
            return false;
        }
        return WORDS.contains(part)
                || ENDINGS.stream().anyMatch(part::endsWith)
                || (part.equals("key") && OF_KEYS.contains(before))
                || (part.equals("pass") && isLast && !before.isEmpty());
    }
}
