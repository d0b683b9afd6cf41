package io.merlinadapter.os;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Texts between the operating system and us, which need not be UTF-8, nor be readable in the locale of this process. A byte
 * that is no part of UTF-8 is the half of a character, U+DC80 to U+DCFF, as Python has it (PEP 383), and becomes the same
 * byte again.
 */
public final class SystemText {
    private static final char ESCAPE = 0xdc00;

    /** What ProcessBuilder writes arguments in; everything else it replaces by a question mark. */
    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private SystemText() {}

    /** All of {@code bytes}. */
    public static String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (ESCAPE | (bytes.get() & 0xff)));
            }
            result = decoder.reset().decode(bytes, text, true);
        }
        return text.flip().toString();
    }

    static byte[] encode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(point -> {
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xff) {
                bytes.write(point);
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    /** The command as it can be started from here: by a shell if it has bytes that Java can't pass on. */
    static List<String> startable(List<String> command) {
        if (command.stream()
                .allMatch(word -> isAscii(word) || NATIVE.newEncoder().canEncode(word))) {
            return command;
        }
        StringBuilder script = new StringBuilder("exec");
        command.forEach(word -> script.append(' ').append(shellWord(word)));
        return List.of("/bin/sh", "-c", script.toString());
    }

    /** In ASCII. The shell takes away the ends of lines at the end of what is printed. */
    static String shellWord(String word) {
        String body = word.replaceFirst("\n+$", "");
        StringBuilder printed = new StringBuilder("\"$(printf '");
        for (byte b : encode(body)) {
            printed.append(String.format("\\%03o", b & 0xff));
        }
        printed.append("')\"");
        return body.length() == word.length()
                ? printed.toString()
                : printed + "'" + word.substring(body.length()) + "'";
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
