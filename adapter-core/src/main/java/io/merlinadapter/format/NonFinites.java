package io.merlinadapter.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every NaN and Infinity of a line, which JSON does not have. */
final class NonFinites {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final int start;
    private final List<NonFinite> found = new ArrayList<>(0);

    /** {@code length} bytes at {@code at}, inside the member {@code name} if it is in one. */
    private record NonFinite(
            int at, int length, String text, @Nullable String name) {}

    /** Of a line that begins at {@code start}. */
    NonFinites(byte[] bytes, int start) {
        this.bytes = bytes;
        this.start = start;
    }

    /** Notes the token that was read last, if it is one. */
    void note(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
            int at = start + (int) parser.currentTokenLocation().getByteOffset();
            String text = parser.getText();
            found.add(new NonFinite(at, text.length(), text, parser.currentName()));
        }
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
        return found.isEmpty();
    }

    /** Names the first of them to its author. */
    String complaint() {
        NonFinite first = found.get(0);
        String where = first.name() == null ? "byte " + (first.at() - start) : "\"" + first.name() + "\"";
        return "the program's reply has " + first.text() + " in " + where
                + ", which JSON does not have; have it write null, or set --nan=null";
    }

    /** The part from {@code from} to {@code end}, which holds all of them, with null in the place of each. */
    byte[] withNulls(int from, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(end - from + found.size());
        int next = from;
        for (NonFinite one : found) {
            out.write(bytes, next, one.at() - next);
            out.write(NULL, 0, NULL.length);
            next = one.at() + one.length();
        }
        out.write(bytes, next, end - next);
        return out.toByteArray();
    }
}
