package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Every NaN and Infinity of a line, which JSON does not have. */
final class NonFinites {
    private static final String NAN = "NaN";
    private static final String INFINITY = "Infinity";
    private static final String INF = "INF";
    private static final int LONGEST_NAME = 100;
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private @Nullable String example;
    private int count;

    /** Of a line in {@code bytes}. */
    NonFinites(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Notes the token that was read last, if it is one. */
    void note(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
            // There may be millions, and one is enough to complain of.
            count++;
            example = example == null ? parser.getText() + " in " + place(parser) : example;
        }
    }

    /** Where it is, for its author. */
    private String place(JsonParser parser) throws IOException {
        String name = parser.currentName();
        if (name == null || name.length() > LONGEST_NAME) {
            return "byte " + JsonText.tokenAt(parser);
        }
        return '"' + new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8) + '"';
    }

    /** Walks through the value whose first token was read last. */
    void walk(JsonParser parser) throws IOException {
        note(parser);
        JsonToken first = parser.currentToken();
        for (int depth = first != null && first.isStructStart() ? 1 : 0; depth > 0; ) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new IOException("it ends in the middle");
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else {
                note(parser);
            }
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Names the first of them to its author. */
    String complaint() {
        return "the program's reply has " + example
                + ", which JSON does not have; have it write null, or set --nan=null";
    }

    /** The part from {@code from} to {@code end}, which is JSON but for these, with null in the place of each. */
    byte[] withNulls(int from, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - from + count);
        int copied = from;
        for (int at = from; at < end; ) {
            int size = sizeAt(at);
            if (bytes[at] == '"') {
                at = JsonText.endOfText(bytes, at, end);
            } else if (size > 0) {
                out.write(bytes, copied, at - copied);
                out.write(NULL, 0, NULL.length);
                at += size;
                copied = at;
            } else {
                at++;
            }
        }
        out.write(bytes, copied, end - copied);
        return out.toByteArray();
    }

    /** How long the one is that begins at {@code at}, outside of texts; 0 if none does. */
    private int sizeAt(int at) {
        if (bytes[at] == 'N') {
            return NAN.length();
        }
        if (bytes[at] == 'I') {
            return bytes[at + 1] == 'N' ? INF.length() : INFINITY.length();
        }
        boolean signed = (bytes[at] == '-' || bytes[at] == '+') && bytes[at + 1] == 'I';
        return signed ? 1 + sizeAt(at + 1) : 0;
    }
}
