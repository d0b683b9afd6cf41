package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a program says without being asked. */
final class JsonRpcNotice {
    private @Nullable String level;
    private @Nullable String message;

    private JsonRpcNotice() {}

    static Message read(byte[] bytes, JsonRpcScan scan) throws IOException {
        if (scan.hasId) {
            return new Message.Ignored("a request for \"" + scan.method + "\", which the adapter does not answer");
        }
        String method = String.valueOf(scan.method);
        return switch (method) {
            case "log" -> {
                JsonRpcNotice notice = new JsonRpcNotice();
                notice.params(bytes, scan.params);
                yield new Message.Log(level(notice.level), notice.text(bytes, scan.params));
            }
            case "fatal" -> {
                JsonRpcNotice notice = new JsonRpcNotice();
                notice.params(bytes, scan.params);
                yield new Message.Fatal(notice.text(bytes, scan.params));
            }
            case "metrics" -> MetricsNotice.read(bytes, scan.params);
            default -> new Message.Ignored("a notification \"" + method + "\"");
        };
    }

    private void params(byte[] bytes, JsonRpcScan.Part params) throws IOException {
        if (params.first != JsonToken.START_OBJECT) {
            return;
        }
        try (JsonParser parser = JsonText.of(bytes, params.from, params.end - params.from)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("level")) {
                    level = ChildText.of(bytes, params.from + JsonText.tokenAt(parser));
                } else if (text && name.equals("message")) {
                    message = ChildText.of(bytes, params.from + JsonText.tokenAt(parser));
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    /** The message; without one, all there is. */
    private String text(byte[] bytes, JsonRpcScan.Part params) {
        if (message != null) {
            return message;
        }
        return params.isThere() ? ChildText.raw(bytes, params.from, params.end) : "(no message)";
    }

    private static Message.Level level(@Nullable String name) {
        return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
            case "trace" -> Message.Level.TRACE;
            case "debug" -> Message.Level.DEBUG;
            case "warn", "warning" -> Message.Level.WARN;
            case "error", "critical", "fatal" -> Message.Level.ERROR;
            default -> Message.Level.INFO;
        };
    }
}
