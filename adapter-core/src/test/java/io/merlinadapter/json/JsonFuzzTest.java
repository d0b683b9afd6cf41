package io.merlinadapter.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.merlinadapter.json.JsonScanner.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** Of each kind, whole and broken, as characters of ISO 8859-1. */
    private static final String[] TOKENS = {
        "1",
        "-1",
        "0",
        "-0",
        "01",
        "-01",
        "-",
        "--1",
        "+1",
        "1.5",
        "1.",
        ".5",
        "-.5",
        "/5",
        "1.5.5",
        "1..5",
        "1-1",
        "0.0",
        "1e5",
        "1E-05",
        "1.5e+7",
        "1e",
        "1e+",
        "1e+-5",
        "1e5e5",
        "1e5.5",
        "1e00000000000000012",
        "-e5",
        "1.e5",
        "123456789012345678901234",
        "12345678901234567890.1234",
        "-0.123456789012345678901234567890",
        "true",
        "false",
        "null",
        "truex",
        "falsey",
        "nulls",
        "tru",
        "fals",
        "nul",
        "True",
        "NaN",
        "-Infinity",
        "+INF",
        "-INF",
        "\"\"",
        "\"a\"",
        "\"\\n\"",
        "\"\\u00e9\"",
        "\"\\x\"",
        "\"\\",
        "\"",
        "\"\n\"",
        "\"\0\"",
        "'a'",
        "\"\u00c3\u00a9\"",
        "\"\u00c2\u0085\"",
        "\"\u00c2\u0084\"",
        "\"\u00e2\u0080\u00a8\"",
        "\"\u00e2\u0080\u00a7\"",
        "\"\u00e2\u0082\u00ac\u00e2\u0080\u00a9\"",
        "\"\u00f0\u009f\u009a\u0080\"",
        "\"\u00c3\"",
        "\"\u00e9\"",
        "\"\u00ed\u00a0\u0080\"",
        "\"\u00c0\u0080\"",
        "\"\u00e0\u0080\u0080\"",
        "\"\u00f5\u0080\u0080\u0080\"",
        "\u00c3\u00a9",
        "\u00a0",
        "\0",
        "",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"a\":[]}",
        "[1,2]",
        "[1, 2]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2],[3,4]",
        "[1,2], [3]",
        "[1],,[2]",
        "[1][2]",
        "[1],]",
        "[1,[2],3]",
        "[1,2}",
        "{\"a\":1]",
        "{\"a\":1,}",
        "{\"a\" :1}",
        "{\"a\": 1, \"b\":2}",
        "{\"a\"1}",
        "{a:1}",
        "{\"a\u00e2\u0080\u00a8\":NaN}",
        "{\"a\u00e2\u0080\u00a8\" :1}",
        "{\"a\":\"\u00e2\u0080\u00a8\"x}",
        " 1",
        "\n1",
        "1\n",
        "\r\n 1 \t",
        "[\n1,\n2\n]",
        "{\n        \"a\":\n        1}",
        "1,2",
        "\"a\",\"b\"",
        "\"a\":1",
        "]",
        "}",
        ","
    };

    /** What may stand around one: digits come between each two of it. */
    private static final String[][] AROUND = {
        {"[1", ",", ",1", "]"},
        {"[\"", "\",", ",\"", "\"]"},
        {"[[", "1,", ",", "1]]"},
        {"[[0,1],[2", ",", "],[", "1]]"},
        {"[1,2", ",", "]", "1"},
        {"{\"", "\":", ",\"", "\":1}"},
        {"{\"a\":[1", ",", "],\"b\":[", "1,2,3]}"},
        {"[{\"", "\":", "},{\"", "\":[1,2,3]}]"},
        {"", "", "", ""},
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

    /** Eight bytes are looked at together, and the last ones of an array one by one: so each at each place. */
    @Test
    void eachTokenIsReadAlikeWhereverItStands() {
        int valid = 0;
        for (String token : TOKENS) {
            byte[] odd = token.getBytes(StandardCharsets.ISO_8859_1);
            for (String[] around : AROUND) {
                for (int n = 0; n < 16; n++) {
                    valid += compareWithin(around, odd, n, 0);
                    valid += compareWithin(around, odd, 1, n);
                    valid += compareWithin(around, odd, n, 48 + n);
                }
            }
        }
        assertThat(valid).isPositive();
    }

    private static int compareWithin(String[] around, byte[] odd, int before, int behind) {
        int from = before % 3;
        // What is in front of the first byte and behind the last one is another's, and must not be looked at.
        String others = "0,\"]}".repeat(behind % 2);
        byte[] bytes = joined(
                ("#".repeat(from) + around[0] + "7".repeat(before) + around[1]).getBytes(UTF_8),
                odd,
                (around[2] + "3".repeat(behind) + around[3] + others).getBytes(UTF_8));
        int to = bytes.length - others.length();
        if (behind == 0 && to > from) {
            compare(bytes, from, to - 1, false);
        }
        return compare(bytes, from, to, before % 2 == 0) ? 1 : 0;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** In front of text and in its midst; most are no UTF-8. */
    @Test
    void eachSequenceOfUtf8IsReadAlikeWhereverItStands() {
        byte[] tail = "\u20ac and \u00e9, \u4e2d, and a tail, which is long\"]".getBytes(UTF_8);
        int[] seconds = {
            '"', '\\', 0x7f, 0x80, 0x84, 0x85, 0x86, 0x8f, 0x90, 0x9f, 0xa0, 0xa8, 0xbf, 0xc0, 0xc2, 0xe2, 0xff
        };
        for (String text : new String[] {"[\"", "[\"\u00e9", "[1,\"\u4e2d some text"}) {
            byte[] head = text.getBytes(UTF_8);
            for (int first = 0x70; first < 0x100; first++) {
                for (int second : seconds) {
                    for (int third : new int[] {'x', 0x80, 0x85, 0xa7, 0xa8, 0xa9, 0xaa, 0xbf, 0xc2}) {
                        byte[] bytes = joined(head, new byte[] {(byte) first, (byte) second, (byte) third}, tail);
                        compare(bytes, 0, bytes.length, false);
                    }
                }
            }
        }
    }

    /** The same documents in each run. */
    @Test
    void itReadsTheSameDocumentsAsJackson() {
        for (int seed = 0; seed < 3000; seed++) {
            byte[] bytes = document(new Random(seed));
            compare(bytes, 0, bytes.length, seed % 2 == 0);
        }
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
                compare(bytes, 0, bytes.length, false);
                valid += compare(bytes, 0, bytes.length, true) ? 1 : 0;
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

    /** As Jackson; and what is skipped, as what is read token by token. True if it is valid. */
    private static boolean compare(byte[] bytes, int from, int to, boolean nonFinite) {
        List<String> expected = byJackson(Arrays.copyOfRange(bytes, from, to), nonFinite ? WITH_NON_FINITE : STRICT);
        List<String> seen = byScanner(new JsonScanner(bytes, from, to, from, nonFinite));
        if (!Objects.equals(seen, expected)) {
            // Only now: to say "equal" takes it longer than to read.
            assertThat(seen).isEqualTo(expected);
        }
        int tokens = seen == null ? 1 : seen.size();
        for (int read = 1; read <= Math.min(tokens, 4); read++) {
            String wanted = skipped(new JsonScanner(bytes, from, to, from, nonFinite), read, false);
            String found = skipped(new JsonScanner(bytes, from, to, from, nonFinite), read, true);
            if (!found.equals(wanted)) {
                assertThat(found).isEqualTo(wanted);
            }
        }
        return seen != null;
    }

    /** All that is told of the value whose first token is the one of this number, of NaNs in it, and of what is behind it. */
    private static String skipped(JsonScanner scanner, int number, boolean atOnce) {
        StringBuilder told = new StringBuilder();
        try {
            for (int i = 0; i < number; i++) {
                scanner.next();
            }
            boolean opens = scanner.token() == Token.START_ARRAY || scanner.token() == Token.START_OBJECT;
            int outside = scanner.depth() - (opens ? 1 : 0);
            while (scanner.depth() > outside) {
                if (atOnce) {
                    scanner.skip(outside);
                } else {
                    scanner.next();
                }
                if (scanner.token() == Token.NON_FINITE) {
                    told.append(scanner.raw())
                            .append(" in ")
                            .append(scanner.memberName(100))
                            .append(scanner.offset());
                }
            }
            told.append(scanner.token()).append(scanner.offset()).append(' ').append(scanner.end());
            while (scanner.next() != Token.END) {
                told.append(scanner.token()).append(scanner.offset()).append(' ');
            }
            told.append(" breaks ").append(scanner.firstLineBreak()).append(' ').append(scanner.lastLineBreak());
            return told.append(" growth ").append(scanner.separatorGrowth()).toString();
        } catch (JsonException e) {
            return told.append(e.getMessage()).toString();
        }
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
