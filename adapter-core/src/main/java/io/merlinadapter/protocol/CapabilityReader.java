package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads the answer to {@code initialize}. Members that are not known are left alone. */
final class CapabilityReader {
    private int concurrency = Capabilities.LEAST.concurrency();
    private boolean cancel = Capabilities.LEAST.cancel();

    private CapabilityReader() {}

    static Capabilities read(byte[] bytes, int offset, int length) {
        CapabilityReader reader = new CapabilityReader();
        try (JsonParser parser = JsonText.of(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("the result must be an object, such as {\"concurrency\":1}");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                reader.member(name, parser);
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(JsonText.describe(e), e);
        }
        return new Capabilities(reader.concurrency, reader.cancel);
    }

    private void member(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "concurrency" -> concurrency = concurrency(parser);
            case "cancel" -> cancel = cancel(parser);
            case "protocol" -> protocol(parser);
            default -> {
                // Of a later version, or the program's own.
            }
        }
    }

    private static int concurrency(JsonParser parser) throws IOException {
        long number = RequestId.read(parser);
        if (number < 1 || parser.currentToken() == JsonToken.VALUE_STRING) {
            throw expected("concurrency", parser, "a whole number from 1 on");
        }
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private static boolean cancel(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            default -> throw expected("cancel", parser, "true or false");
        };
    }

    private static void protocol(JsonParser parser) throws IOException {
        if (RequestId.read(parser) != JsonRpc.PROTOCOL) {
            throw expected("protocol", parser, JsonRpc.PROTOCOL + ", the only version that this adapter speaks");
        }
    }

    private static IllegalArgumentException expected(String member, JsonParser parser, String what) throws IOException {
        String value = parser.currentToken().isScalarValue() ? parser.getText() : "a structure";
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            value = '"' + value + '"';
        }
        return new IllegalArgumentException("\"" + member + "\" is " + value + " (expected: " + what + ")");
    }
}
