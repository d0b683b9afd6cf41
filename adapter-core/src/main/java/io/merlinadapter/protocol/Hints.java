package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The classic mistakes of a program that meant to reply, told by the line that it wrote. */
final class Hints {
    /** A mistake shows at a line's beginning or end; the rest need not be looked at. */
    private static final int ENOUGH = 64 * 1024;

    private Hints() {}

    /** As {@link #about}, of a program that is to write JSON-RPC. */
    static @Nullable String aboutRpc(byte[] bytes, int offset, int length) {
        if (length > ENOUGH) {
            return null;
        }
        String line = new String(bytes, offset, length, StandardCharsets.UTF_8).strip();
        if (line.startsWith("Content-Length:")) {
            return "it looks like a header in front of each message; write one message a line, without headers";
        }
        if (line.startsWith("[") && isJson(line)) {
            return "an array of messages answers nothing that was asked; write one message a line";
        }
        if (line.startsWith("{") && isJson(line)) {
            return "it has no \"jsonrpc\":\"2.0\"; bare JSON objects are replies with --format=json only";
        }
        return about(bytes, offset, length);
    }

    /** What to do instead, or null if the line looks like an ordinary log line. */
    static @Nullable String about(byte[] bytes, int offset, int length) {
        if (length > ENOUGH) {
            return null;
        }
        String line = new String(bytes, offset, length, StandardCharsets.UTF_8).strip();
        if (line.startsWith("{'")) {
            return "it looks like a Python dict; write json.dumps(reply)";
        }
        if (line.equals("{") || line.equals("[")) {
            return "it looks like JSON over several lines; a reply is one line (no indent=2; jq -c)";
        }
        if (line.startsWith("{")) {
            return "it starts like a reply, but is not one JSON object";
        }
        if (line.startsWith("[") && line.endsWith("]") && isJson(line)) {
            return "a JSON array is no reply; answer with an object, or set --reply=any";
        }
        int brace = line.indexOf('{');
        return brace > 0 && line.endsWith("}") && isJson(line.substring(brace))
                ? "a JSON object follows other text; a reply stands alone on its line"
                : null;
    }

    private static boolean isJson(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            JsonScanner.check(bytes, 0, bytes.length);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }
}
