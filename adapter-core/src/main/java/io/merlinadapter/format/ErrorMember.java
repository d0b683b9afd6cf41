package io.merlinadapter.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads {@code {"error":…}}: a text, or an object with {@code code} and {@code message}. */
final class ErrorMember {
    private static final int INTERNAL_ERROR = 500;
    private static final int BAD_REQUEST = 400;

    private ErrorMember() {}

    static Message.Failure read(byte[] bytes, int start, int length) throws IOException {
        try (JsonParser parser = JsonText.STRICT.createParser(bytes, start, length)) {
            parser.nextToken();
            parser.nextToken();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                return new Message.Failure(INTERNAL_ERROR, parser.getText());
            }
            int from = start + (int) parser.currentTokenLocation().getByteOffset();
            return value == JsonToken.START_OBJECT
                    ? object(parser, bytes, start, length, from)
                    : new Message.Failure(INTERNAL_ERROR, raw(bytes, start, length, from));
        }
    }

    private static Message.Failure object(JsonParser parser, byte[] bytes, int start, int length, int from)
            throws IOException {
        int status = INTERNAL_ERROR;
        String message = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if ("code".equals(name) && value == JsonToken.VALUE_NUMBER_INT) {
                status = status(parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : 0);
            } else if ("message".equals(name) && value == JsonToken.VALUE_STRING) {
                message = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return new Message.Failure(status, message == null ? raw(bytes, start, length, from) : message);
    }

    /**
     * 400 to 599 are HTTP statuses and -32602 (JSON-RPC's invalid params) is 400; anything else is 500. 499 and 503 are
     * 500 as well: a proxy that reads them would send the request again, which this child has already seen.
     */
    static int status(int code) {
        if (code == -32602) {
            return BAD_REQUEST;
        }
        return code >= 400 && code <= 599 && code != 499 && code != 503 ? code : INTERNAL_ERROR;
    }

    /** The value as the program wrote it, without the object's closing brace. */
    private static String raw(byte[] bytes, int start, int length, int from) {
        int end = start + length - 1;
        return new String(bytes, from, Math.max(0, end - from), StandardCharsets.UTF_8).strip();
    }
}
