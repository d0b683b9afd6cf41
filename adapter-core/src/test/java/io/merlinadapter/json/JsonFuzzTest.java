package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Documents, whole and broken, that the scanner and Jackson must read alike: the same tokens, at the same places. */
class JsonFuzzTest {
    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonScanner.MAX_DEPTH)
                    .maxNumberLength(JsonScanner.MOST_DIGITS)
                    .build())
            .build();
    private static final JsonFactory WITH_NON_FINITE =
            STRICT.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
    private static final String[] ODD = {
        "NaN",
        "Infinity",
        "-Infinity",
        "+Infinity",
        "-INF",
        "+INF",
        "INF",
        "-0.0E+00",
        "1e5",
        "true",
        "nul",
        "'a'",
        "\"\u0001\"",
        "01",
        "+1"
    };

    @Test
    void itReadsWhatJacksonReads() {
        fuzz(Duration.ofMillis(Long.getLong("fuzz.short.millis", 1500)));
    }

    @Tag("long")
    @Tag("fuzz")
    @Test
    void itReadsWhatJacksonReadsForLong() {
        fuzz(Duration.ofSeconds(Long.getLong("fuzz.seconds", 600)));
    }

    /** Each round has a seed of its own, which a failure names. */
    private static void fuzz(Duration time) {
        long first = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + time.toNanos();
        long valid = 0;
        long rounds = 0;
        for (long seed = first; System.nanoTime() < end; seed++, rounds++) {
            byte[] bytes = document(new Random(seed));
            try {
                compare(bytes, STRICT, JsonScanner.strict(bytes, 0, bytes.length));
                valid += compare(bytes, WITH_NON_FINITE, JsonScanner.withNonFinite(bytes, 0, bytes.length)) ? 1 : 0;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dfuzz.seed=" + seed + " " + Mutation.hex(bytes), e);
            }
        }
        assertThat(valid).as("valid documents").isPositive().isLessThan(rounds);
        System.out.println(rounds + " rounds, " + valid + " of them valid, from -Dfuzz.seed=" + first);
    }

    private static byte[] document(Random random) {
        RandomJson json = new RandomJson(random);
        String value = switch (random.nextInt(40)) {
            case 0 -> deep(random);
            case 1 ->
                // Inside of something: at the end of its input Jackson miscounts by one.
                "[" + "1".repeat(990 + random.nextInt(20)) + json.pick(new String[] {"", ".5", "e1", "e-12"}) + "]";
            case 2 -> json.pick(ODD);
            default -> json.value(5);
        };
        if (random.nextInt(3) == 0) {
            // In place of some value that is there.
            value = value.replaceFirst("null|true|1e3", json.pick(ODD).replace("\\", "\\\\"));
        }
        value = json.blank() + value + json.blank();
        return random.nextBoolean() ? value.getBytes(StandardCharsets.UTF_8) : Mutation.of(value, random);
    }

    private static String deep(Random random) {
        StringBuilder json = new StringBuilder();
        StringBuilder closing = new StringBuilder();
        for (int i = 250 + random.nextInt(8); i > 0; i--) {
            boolean object = random.nextBoolean();
            json.append(object ? "{\"a\":" : "[");
            closing.insert(0, object ? '}' : ']');
        }
        return json.append("0").append(closing).toString();
    }

    private static boolean compare(byte[] bytes, JsonFactory jackson, JsonScanner scanner) {
        List<String> expected = byJackson(bytes, jackson);
        List<String> seen = byScanner(scanner);
        if (!Objects.equals(seen, expected)) {
            // Only now: to say "equal" takes it longer than to read.
            assertThat(seen).isEqualTo(expected);
        }
        return seen != null;
    }

    /** The tokens with their places and what they say; null if that is not one value. */
    private static @Nullable List<String> byScanner(JsonScanner scanner) {
        List<String> seen = new ArrayList<>();
        try {
            while (scanner.next() != Token.END) {
                String said = switch (scanner.token()) {
                    case NAME, STRING -> scanner.text();
                    default -> scanner.raw();
                };
                seen.add(scanner.token() + " " + scanner.offset() + " " + said);
            }
            return seen;
        } catch (JsonException e) {
            return null;
        }
    }

    private static @Nullable List<String> byJackson(byte[] bytes, JsonFactory jackson) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
        List<String> seen = new ArrayList<>();
        int[] offsets = byteOffsets(text);
        int depth = 0;
        try (JsonParser parser = jackson.createParser(new StringReader(text))) {
            while (parser.nextToken() != null) {
                if (depth == 0 && !seen.isEmpty()) {
                    return null;
                }
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
                int at = (int) parser.currentTokenLocation().getCharOffset();
                // Where the input ends inside of a value, Jackson's last places may lie behind the end; that is no
                // value anyway.
                seen.add(kind(parser) + " " + offsets[Math.min(at, text.length())] + " " + parser.getText());
            }
            return seen.isEmpty() ? null : seen;
        } catch (IOException e) {
            return null;
        }
    }

    /** For each character, how many bytes stand before it. */
    private static int[] byteOffsets(String text) {
        int[] offsets = new int[text.length() + 1];
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Two for either half of a pair.
            int size = c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            offsets[i + 1] = offsets[i] + size;
        }
        return offsets;
    }

    private static Token kind(JsonParser parser) throws IOException {
        return switch (Objects.requireNonNull(parser.currentToken())) {
            case START_OBJECT -> Token.START_OBJECT;
            case END_OBJECT -> Token.END_OBJECT;
            case START_ARRAY -> Token.START_ARRAY;
            case END_ARRAY -> Token.END_ARRAY;
            case FIELD_NAME -> Token.NAME;
            case VALUE_STRING -> Token.STRING;
            case VALUE_NUMBER_INT -> Token.NUMBER;
            case VALUE_NUMBER_FLOAT -> parser.isNaN() ? Token.NON_FINITE : Token.NUMBER;
            case VALUE_TRUE -> Token.TRUE;
            case VALUE_FALSE -> Token.FALSE;
            case VALUE_NULL -> Token.NULL;
            default -> throw new IllegalStateException();
        };
    }
}
