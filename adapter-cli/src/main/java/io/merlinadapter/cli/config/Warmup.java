package io.merlinadapter.cli.config;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the warm-up request and makes sure that it can be one, before any program is started for it. */
final class Warmup {

    private static final String INSTEAD = "JSON, or @ and a file that holds it";

    private final Given given;
    private final long maxBytes;
    private final Faults faults;

    private Warmup(Given given, long maxBytes, Faults faults) {
        this.given = given;
        this.maxBytes = maxBytes;
        this.faults = faults;
    }

    /** The request's JSON; none if it is faulty. */
    static Optional<String> read(Optional<String> text, Given given, ConfigReader reader) {
        return text.flatMap(words ->
                Optional.ofNullable(new Warmup(given, reader.get(Options.MAX_BODY), reader.faults()).read(words)));
    }

    private @Nullable String read(String text) {
        String json = text.startsWith("@") ? file(text.substring(1)) : inline(text);
        if (json == null) {
            return null;
        }
        String withoutMark = json.startsWith("\uFEFF") ? json.substring(1) : json;
        return isOneValue(withoutMark) ? withoutMark : null;
    }

    private @Nullable String inline(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return fits(bytes) ? text : null;
    }

    private @Nullable String file(String name) {
        try {
            Path path = Path.of(name);
            if (!Files.isRegularFile(path)) {
                return fault(Files.exists(path) ? "is not a file" : "does not exist");
            }
            if (!fits(Files.size(path))) {
                return null;
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
        } catch (CharacterCodingException notText) {
            return fault("is not UTF-8");
        } catch (InvalidPathException | IOException unreadable) {
            return fault("can't be read (" + unreadable + ")");
        }
    }

    private boolean fits(long bytes) {
        if (bytes > maxBytes) {
            faults.add(given.statement() + ", which is " + Amounts.show(bytes) + "; expected at most --max-body, "
                    + Amounts.show(maxBytes) + "; send a smaller warm-up or raise --max-body");
        }
        return bytes <= maxBytes;
    }

    private boolean isOneValue(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonScanner scanner = JsonScanner.strict(bytes, 0, bytes.length);
        if (scanner.isAtEnd()) {
            fault("is empty");
            return false;
        }
        try {
            scanner.next();
            scanner.skipValue();
        } catch (JsonException e) {
            fault(e.isOverLimit() ? "can't be sent (" + e.reason() + ")" : notJson(e, bytes));
            return false;
        }
        if (!scanner.isAtEnd()) {
            fault("holds more than one JSON value");
            return false;
        }
        return true;
    }

    private static String notJson(JsonException e, byte[] json) {
        String before = new String(json, 0, e.offset(), StandardCharsets.UTF_8);
        long line = 1 + before.chars().filter(c -> c == '\n').count();
        int column = before.length() - before.lastIndexOf('\n');
        return "is not JSON (" + e.reason() + " at line " + line + ", column " + column + ")";
    }

    private @Nullable String fault(String problem) {
        faults.add(given.statement() + ", which " + problem + "; expected one value of " + INSTEAD);
        return null;
    }
}
