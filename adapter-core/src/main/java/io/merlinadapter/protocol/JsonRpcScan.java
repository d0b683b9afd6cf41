package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One pass over a line that may be a message of JSON-RPC 2.0: where are its members, and what are the short ones? */
final class JsonRpcScan {
    private static final String VERSION = "2.0";

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final NonFinites nonFinites;

    boolean isRpc;
    boolean isRpc2;
    boolean hasId;
    boolean idIsNull;
    boolean idIsText;
    long id = Message.NOBODY;

    @Nullable
    String method;
    /** A member that is there twice, so that it can't be told which is meant. */
    @Nullable
    String twice;

    final Part result = new Part();
    final Part error = new Part();
    final Part params = new Part();

    /** Where a member's value is. */
    static final class Part {
        int from = -1;
        int end;

        @Nullable
        JsonToken first;

        boolean isThere() {
            return from >= 0;
        }

        boolean isNullOrAbsent() {
            return first == null || first == JsonToken.VALUE_NULL;
        }
    }

    private JsonRpcScan(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.nonFinites = new NonFinites(bytes);
    }

    /** Reads the line; throws where it is not one JSON object. */
    static JsonRpcScan of(byte[] bytes, int start, int length) throws IOException {
        JsonRpcScan scan = new JsonRpcScan(bytes, start, start + length);
        try (JsonParser parser = JsonText.of(bytes, start, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                scan.member(name, parser);
            }
            if (parser.nextToken() != null) {
                throw new IOException(
                        "there is more than one value on the line; write each message and its newline in one go,"
                                + " under a lock where there are threads");
            }
        }
        return scan;
    }

    private void member(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "jsonrpc" -> version(parser);
            case "id" -> id(parser);
            case "method" -> {
                once(name, method != null);
                // Some libraries write every member that there is, and null where it has no value.
                boolean absent = parser.currentToken() == JsonToken.VALUE_NULL;
                boolean named = parser.currentToken() == JsonToken.VALUE_STRING;
                method = absent ? null : named ? parser.getText() : "";
                parser.skipChildren();
            }
            case "result" -> part(name, result, parser, nonFinites);
            case "error" -> part(name, error, parser, new NonFinites(bytes));
            case "params" -> part(name, params, parser, new NonFinites(bytes));
            default -> parser.skipChildren();
        }
    }

    private void version(JsonParser parser) throws IOException {
        once("jsonrpc", isRpc);
        isRpc = true;
        isRpc2 = parser.currentToken() == JsonToken.VALUE_STRING && VERSION.equals(parser.getText());
        parser.skipChildren();
    }

    private void id(JsonParser parser) throws IOException {
        once("id", hasId);
        hasId = true;
        idIsNull = parser.currentToken() == JsonToken.VALUE_NULL;
        idIsText = parser.currentToken() == JsonToken.VALUE_STRING;
        id = RequestId.read(parser);
        parser.skipChildren();
    }

    private void part(String name, Part part, JsonParser parser, NonFinites found) throws IOException {
        once(name, part.isThere());
        part.first = parser.currentToken();
        part.from = start + JsonText.tokenAt(parser);
        found.walk(parser);
        part.end = part.first == JsonToken.VALUE_STRING
                // The parser has not read it yet, and would make a copy to do so.
                ? JsonText.endOfText(bytes, part.from, end)
                : JsonText.lastInk(
                        bytes, part.from, start + (int) parser.currentLocation().getCharOffset());
    }

    private void once(String name, boolean before) {
        twice = before ? name : twice;
    }

    /** What the result holds that JSON does not have. */
    NonFinites nonFinites() {
        return nonFinites;
    }
}
