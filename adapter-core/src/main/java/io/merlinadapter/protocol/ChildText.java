package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A text that a child has written for people, without the rest of one that is too long for them: it is not paid for from
 * the budget, and is kept in logs, in messages and for every caller that waits.
 */
final class ChildText {
    /** Bytes of it that are kept. */
    static final int LONGEST = 16 * 1024;

    private static final String MORE = "…";

    private ChildText() {}

    /** The text whose opening quote is at {@code from}, in JSON that was read before. */
    static String of(byte[] bytes, int from) throws IOException {
        int cut = cut(bytes, from + 1);
        String plain = new String(bytes, from + 1, cut - from - 1, StandardCharsets.UTF_8);
        String text = plain.indexOf('\\') < 0 ? plain : unescaped(plain);
        return bytes[cut] == '"' ? text : text + MORE;
    }

    private static String unescaped(String text) throws IOException {
        try (JsonParser parser = JsonText.of('"' + text + '"')) {
            parser.nextToken();
            return parser.getText();
        }
    }

    /** Where the closing quote is, or where to stop before it: never inside of a character. */
    private static int cut(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '"' && at - from < LONGEST) {
            at += bytes[at] != '\\' ? 1 : bytes[at + 1] == 'u' ? 6 : 2;
        }
        return startOfCharacter(bytes, at);
    }

    /** A value as the child wrote it. */
    static String raw(byte[] bytes, int from, int end) {
        int cut = end - from <= LONGEST ? end : startOfCharacter(bytes, from + LONGEST);
        return new String(bytes, from, cut - from, StandardCharsets.UTF_8).strip() + (cut < end ? MORE : "");
    }

    private static int startOfCharacter(byte[] bytes, int at) {
        int start = at;
        while ((bytes[start] & 0xc0) == 0x80) {
            start--;
        }
        return start;
    }
}
