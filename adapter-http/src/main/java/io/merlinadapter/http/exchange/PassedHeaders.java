package io.merlinadapter.http.exchange;

import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of a caller's headers the program gets to see: those that are on the list and no others, so that no credential
 * reaches a program, or its log, by accident. Safe to use on any thread.
 */
public final class PassedHeaders {
    /** Programs that are told of no headers. */
    public static final PassedHeaders NONE = new PassedHeaders(List.of());

    private final List<String> names;

    /** A list of names, upper or lower case. */
    public PassedHeaders(Collection<String> names) {
        TreeSet<String> lower = new TreeSet<>();
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        this.names = List.copyOf(lower);
    }

    /** The value as who wrote it meant it: HTTP knows bytes only, which Netty takes for Latin-1, and people mean UTF-8. */
    private static String text(String value) {
        if (value.chars().allMatch(c -> c < 0x80)) {
            return value;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    /** What {@code headers} say under a name; one that came several times is joined with commas (RFC 9110, 5.3). */
    static @Nullable String value(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        if (values.isEmpty()) {
            return null;
        }
        return text(values.size() == 1 ? values.get(0) : String.join(", ", values));
    }

    /** Those of {@code headers} that are on the list. */
    Map<String, String> of(MultiMap headers) {
        Map<String, String> passed = Map.of();
        for (String name : names) {
            String value = value(headers, name);
            if (value != null) {
                passed = passed.isEmpty() ? new LinkedHashMap<>() : passed;
                passed.put(name, value);
            }
        }
        return passed;
    }
}
