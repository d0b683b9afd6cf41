package io.merlinadapter.json;

import java.io.Serial;

/**
 * What is wrong with a piece of JSON, in a sentence that its author understands. Has no stack trace: it is thrown for what
 * callers and programs send, as often as they like.
 */
public final class JsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final int offset;
    private final boolean limit;

    /** With a message that says all there is to say. */
    JsonException(String message, int offset, boolean limit) {
        this(message, message, offset, limit);
    }

    private JsonException(String message, String reason, int offset, boolean limit) {
        super(message, null, false, false);
        this.reason = reason;
        this.offset = offset;
        this.limit = limit;
    }

    /** With a message that says why, and at which byte. */
    static JsonException at(int offset, String reason, boolean limit) {
        return new JsonException(reason + " (byte " + offset + ")", reason, offset, limit);
    }

    /** The message without the byte at which it shows. */
    public String reason() {
        return reason;
    }

    /** The byte at which it shows, counted from the first one of the JSON. */
    public int offset() {
        return offset;
    }

    /** True if it may be JSON, but goes over one of the adapter's limits. */
    public boolean isOverLimit() {
        return limit;
    }
}
