package io.merlinadapter.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over a line that may be a reply: is it one value, is it an error, does it hold what JSON does not have? */
final class ReplyScan implements Closeable {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final JsonParser parser;
    private final List<NonFinite> nonFinite = new ArrayList<>(0);
    private int members;
    private boolean errorMember;

    /** A NaN or an Infinity: {@code length} bytes at {@code at}, inside the member {@code name} if it is in one. */
    record NonFinite(
            int at, int length, String text, @Nullable String name) {}

    ReplyScan(byte[] bytes, int start, int length) throws IOException {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.parser = JsonText.WITH_NAN.createParser(bytes, start, length);
    }

    /** Reads it all; false if there is more than one value. Throws where it is not JSON. */
    boolean isOneValue() throws IOException {
        JsonToken first = parser.nextToken();
        note(first);
        int depth = first != null && first.isStructStart() ? 1 : 0;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return false;
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                if (depth == 1) {
                    members++;
                    errorMember = errorMember || "error".equals(parser.currentName());
                }
            } else {
                note(token);
            }
        }
        return parser.nextToken() == null;
    }

    private void note(@Nullable JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
            int at = (int) parser.currentTokenLocation().getByteOffset();
            String text = parser.getText();
            nonFinite.add(new NonFinite(start + at, text.length(), text, parser.currentName()));
        }
    }

    @Nullable
    NonFinite nonFinite() {
        return nonFinite.isEmpty() ? null : nonFinite.get(0);
    }

    String nameNonFinite() {
        NonFinite first = nonFinite.get(0);
        String where = first.name() == null ? "byte " + (first.at() - start) : "\"" + first.name() + "\"";
        return "the program's reply has " + first.text() + " in " + where
                + ", which JSON does not have; have it write null, or set --nan=null";
    }

    /** The same message with null in place of each of them. */
    Message withNulls() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + nonFinite.size());
        int from = start;
        for (NonFinite one : nonFinite) {
            out.write(bytes, from, one.at() - from);
            out.write(NULL, 0, NULL.length);
            from = one.at() + one.length();
        }
        out.write(bytes, from, start + length - from);
        byte[] clean = out.toByteArray();
        return isFailure() ? ErrorMember.read(clean, 0, clean.length) : new Message.Reply(clean, 0, clean.length);
    }

    /** The failure that an object whose only member is "error" stands for, or null. */
    Message.@Nullable Failure failure() throws IOException {
        return isFailure() ? ErrorMember.read(bytes, start, length) : null;
    }

    private boolean isFailure() {
        return members == 1 && errorMember && bytes[start] == '{';
    }

    /** Whether a JSON value, NaN included, may begin with {@code b}. */
    static boolean startsValue(byte b) {
        return b == '{' || b == '[' || b == '"' || b == '-' || (b >= '0' && b <= '9') || "tfnNI".indexOf(b) >= 0;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
