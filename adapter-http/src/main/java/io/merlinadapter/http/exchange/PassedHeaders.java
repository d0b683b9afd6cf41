package io.merlinadapter.http.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of a caller's headers the program gets to see, under their names in lower case: those that are on the list. With
 * {@link #ALL} on it, all others too, but for those that carry credentials or belong to the connection: no credential
 * reaches a program, or its log, by accident. Safe to use on any thread.
 */
public final class PassedHeaders {
    /** On the list, it stands for all headers that are harmless. */
    public static final String ALL = "*";

    /** Programs that are told of no headers. */
    public static final PassedHeaders NONE = new PassedHeaders(List.of());

    /** Bytes of names and values that {@link #ALL} passes; those that go beyond are left out. */
    static final int MOST_BYTES = 16 * 1024;

    /** As RFC 9110 has names; one with a star is allowed there, and used by nobody. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'+.^_`|~-]+");

    /** Never passed by {@link #ALL}: those of the connection and of the body as it came, which the adapter has dealt with. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Never passed by {@link #ALL}: what tells who the caller is. A word between dashes makes a name one of these. */
    private static final Set<String> WORDS_OF_CREDENTIALS = Set.of(
            "apikey",
            "assertion",
            "auth",
            "authenticate",
            "authentication",
            "authorization",
            "cert",
            "cookie",
            "credential",
            "credentials",
            "jwt",
            "password",
            "secret",
            "session",
            "signature",
            "token");

    /** As these, with the word key behind them: an idempotency-key is none. */
    private static final Pattern KEY_OF_CREDENTIALS =
            Pattern.compile(".*\\b(api|access|account|auth|functions|master|private|secret|subscription)[-_]key\\b.*");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[-_.]");

    private final CharSequence[] names;
    private final boolean all;

    /** A list of names, upper or lower case, and perhaps {@link #ALL}. */
    public PassedHeaders(Collection<String> names) {
        TreeSet<String> lower = new TreeSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        this.all = lower.remove(ALL);
        // As Netty's headers find them soonest.
        this.names = lower.stream().map(HttpHeaders::createOptimized).toArray(CharSequence[]::new);
    }

    /** True of {@link #ALL} and of whatever can be the name of a header; of no other pattern. */
    public static boolean canList(String name) {
        return name.equals(ALL) || NAME.matcher(name).matches();
    }

    /** True of a header, in lower case, that nobody has to know or that would be a danger in a program's log. */
    private static boolean isKeptBack(String name) {
        return name.startsWith(":")
                || name.startsWith("grpc-")
                || OF_THE_CONNECTION.contains(name)
                || KEY_OF_CREDENTIALS.matcher(name).matches()
                || Arrays.stream(BETWEEN_WORDS.split(name)).anyMatch(WORDS_OF_CREDENTIALS::contains);
    }

    /** The value as who wrote it meant it: HTTP knows bytes only, which Netty takes for Latin-1, and people mean UTF-8. */
    private static String text(String value) {
        if (isAscii(value)) {
            return value;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** What {@code headers} say under a name; one that came several times is joined with commas (RFC 9110, 5.3). */
    static @Nullable String value(MultiMap headers, CharSequence name) {
        if (!headers.contains(name)) {
            return null;
        }
        List<String> values = headers.getAll(name);
        if (values.isEmpty()) {
            return null;
        }
        return text(values.size() == 1 ? values.get(0) : String.join(", ", values));
    }

    /** Those of {@code headers} that are on the list, these first, and then the others that {@link #ALL} stands for. */
    Map<String, String> of(MultiMap headers) {
        Map<String, String> passed = Map.of();
        for (CharSequence name : names) {
            String value = value(headers, name);
            if (value != null && passed.isEmpty()) {
                // Most callers have just their content-type.
                passed = Map.of(name.toString(), value);
            } else if (value != null) {
                passed = passed.size() == 1 ? new LinkedHashMap<>(passed) : passed;
                passed.put(name.toString(), value);
            }
        }
        return all ? withOthers(passed, headers) : passed;
    }

    private static Map<String, String> withOthers(Map<String, String> named, MultiMap headers) {
        Map<String, String> passed = new LinkedHashMap<>(named);
        int left = MOST_BYTES;
        for (String given : headers.names()) {
            String name = given.toLowerCase(Locale.ROOT);
            if (passed.containsKey(name) || isKeptBack(name)) {
                continue;
            }
            String value = value(headers, name);
            int size = value == null ? 0 : name.length() + value.length();
            if (value != null && size <= left) {
                left -= size;
                passed.put(name, value);
            }
        }
        return passed;
    }
}
