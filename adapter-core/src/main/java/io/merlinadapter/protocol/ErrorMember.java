package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads what stands behind {@code "error":} in a line, a text or an object with {@code code} and {@code message}. */
final class ErrorMember {
    private static final int INTERNAL_ERROR = Message.Failure.INTERNAL_ERROR;

    private final long id;
    private final byte[] bytes;
    private final int from;
    private final int end;

    /** The value from {@code from} to {@code end}, in an answer to the request {@code id}. */
    ErrorMember(long id, byte[] bytes, int from, int end) {
        this.id = id;
        this.bytes = bytes;
        this.from = from;
        this.end = end;
    }

    Message.Failure read() throws IOException {
        try (JsonParser parser = JsonText.of(bytes, from, end - from)) {
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                return new Message.Failure(id, INTERNAL_ERROR, ChildText.of(bytes, from + JsonText.tokenAt(parser)));
            }
            return value == JsonToken.START_OBJECT ? object(parser) : new Message.Failure(id, INTERNAL_ERROR, raw());
        }
    }

    private Message.Failure object(JsonParser parser) throws IOException {
        int code = INTERNAL_ERROR;
        String message = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if ("code".equals(name) && value == JsonToken.VALUE_NUMBER_INT) {
                code = parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : 0;
            } else if ("message".equals(name) && value == JsonToken.VALUE_STRING) {
                message = ChildText.of(bytes, from + JsonText.tokenAt(parser));
            } else {
                parser.skipChildren();
            }
        }
        return new Message.Failure(id, code, message == null ? raw() : message);
    }

    /** The value as the program wrote it. */
    private String raw() {
        return ChildText.raw(bytes, from, end);
    }
}
