package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;

/** How this project reads JSON: streaming, bounded in depth, never a tree. */
final class JsonText {
    /** Deeper values overflow the stack of many a program's own parser (Python's and jq's among them). */
    static final int MAX_DEPTH = 256;

    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            // The length of a body is bounded where it is received.
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(1 << 20)
            .build();

    private static final JsonFactory STRICT = factory();
    /** Also reads NaN and Infinity, to be able to name them. */
    private static final JsonFactory WITH_NAN = factory()
            .rebuild()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private JsonText() {}

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(LIMITS)
                // Names would be kept for later, and any caller can send more of them than the heap holds.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                // A message must not carry a caller's data into a log.
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /**
     * Reads a child's JSON, NaN and Infinity included. What is not ASCII does not come out as it went in; texts are for
     * {@link ChildText} to read.
     */
    static JsonParser of(byte[] bytes, int offset, int length) throws IOException {
        return WITH_NAN.createParser(new ByteReader(bytes, offset, length));
    }

    /** Reads a piece of it, of no great length, as it is. */
    static JsonParser of(String piece) throws IOException {
        return WITH_NAN.createParser(piece);
    }

    /** Where the current token of a parser of bytes begins, counted from the first byte. */
    static int tokenAt(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    /** The end of a text whose opening quote is at {@code from}, behind the closing quote if that comes before {@code end}. */
    static int endOfText(byte[] bytes, int from, int end) {
        int at = from + 1;
        while (at < end && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return Math.min(end, at + 1);
    }

    /** Whether a parser that guesses encodings would take these bytes for UTF-16 or UTF-32. */
    static boolean looksWide(byte[] bytes, int offset, int length) {
        int end = offset + Math.min(4, length);
        for (int i = offset; i < end; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** The first byte that is not blank, or the end. */
    static int firstInk(byte[] bytes, int offset, int length) {
        int at = offset;
        while (at < offset + length && blank(bytes[at])) {
            at++;
        }
        return at;
    }

    /** The end without the blanks before it, but not before {@code start}. */
    static int lastInk(byte[] bytes, int start, int end) {
        int at = end;
        while (at > start && blank(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    static String tooLong(long total, String limit) {
        return "the program's reply of " + total + " bytes is larger than " + limit;
    }

    /** What keeps the bytes from being exactly one JSON value, and where; empty if they are. */
    static String fault(byte[] bytes, int offset, int length) {
        try (JsonParser parser = STRICT.createParser(new ByteReader(bytes, offset, length))) {
            if (parser.nextToken() == null) {
                return "it is empty";
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                return "there is more than one value (byte " + tokenAt(parser) + ")";
            }
            return "";
        } catch (IOException e) {
            return describe(e);
        }
    }

    /** The parser's own words speak to its programmer, not to a caller. */
    private static String complaint(JsonParseException parse) {
        String text = parse.getOriginalMessage();
        if (text.startsWith("Non-standard token")) {
            return "it has NaN or Infinity, which JSON does not have";
        }
        boolean quote = text.startsWith("Unexpected character") && text.contains("(code 39)");
        return quote ? "strings and names need double quotes" : text;
    }

    /** A parser's complaint in one sentence, without the source's text. */
    static String describe(IOException e) {
        if (e instanceof StreamConstraintsException limit) {
            String text = String.valueOf(limit.getOriginalMessage());
            return text.contains("nesting depth") ? "it is nested deeper than " + MAX_DEPTH + " levels" : text;
        }
        if (e instanceof JsonParseException parse) {
            String where = " (byte " + parse.getLocation().getCharOffset() + ")";
            return e instanceof JsonEOFException ? "it ends in the middle" + where : complaint(parse) + where;
        }
        return String.valueOf(e.getMessage());
    }
}
