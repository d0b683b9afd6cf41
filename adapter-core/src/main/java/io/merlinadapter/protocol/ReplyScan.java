package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One pass over a line that may be a reply: is it one value, is it an error, does it hold what JSON does not have? */
final class ReplyScan implements Closeable {
    private static final int NONE = -1;

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final JsonParser parser;
    private final NonFinites nonFinites;
    private int members;
    private int errorAt = NONE;

    ReplyScan(byte[] bytes, int start, int length) throws IOException {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.parser = JsonText.of(bytes, start, length);
        this.nonFinites = new NonFinites(bytes);
    }

    /** Reads it all; false if there is more than one value. Throws where it is not JSON. */
    boolean isOneValue() throws IOException {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean error = "error".equals(parser.currentName());
                members++;
                parser.nextToken();
                if (error) {
                    errorAt = start + JsonText.tokenAt(parser);
                }
                nonFinites.walk(parser);
            }
        } else {
            nonFinites.walk(parser);
        }
        return parser.nextToken() == null;
    }

    NonFinites nonFinites() {
        return nonFinites;
    }

    /** The same message with null in place of NaN and Infinity. */
    Message withNulls() throws IOException {
        Message failure = failure();
        if (failure != null) {
            return failure;
        }
        byte[] clean = nonFinites.withNulls(start, start + length);
        return new Message.Reply(Message.NEXT, clean, 0, clean.length);
    }

    /** The failure that an object whose only member is "error" stands for, or null. */
    Message.@Nullable Failure failure() throws IOException {
        boolean isFailure = members == 1 && errorAt != NONE;
        // All but the object's closing brace.
        return isFailure ? new ErrorMember(Message.NEXT, bytes, errorAt, start + length - 1).read() : null;
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
