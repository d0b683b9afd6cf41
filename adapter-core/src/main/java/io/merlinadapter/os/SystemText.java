package io.merlinadapter.os;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** The arguments of this process with all their bytes, those that Java could not read included. */
    public static List<String> arguments(List<String> read) {
        if (read.stream().allMatch(SystemText::isAscii)) {
            return read;
        }
        List<String> all = words(Path.of("/proc/self/cmdline"));
        // Before them stand Java's own.
        List<String> words = all.subList(Math.max(0, all.size() - read.size()), all.size());
        boolean same = words.size() == read.size();
        for (int i = 0; same && i < read.size(); i++) {
            same = !isAscii(read.get(i)) || read.get(i).equals(words.get(i));
        }
        return same ? List.copyOf(words) : read;
    }

    /** The value of a variable of this process with all its bytes; {@code read} if that can't be told. */
    public static String variable(String name, String read) {
        return isAscii(read)
                ? read
                : words(Path.of("/proc/self/environ")).stream()
                        .filter(word -> word.startsWith(name + "="))
                        .map(word -> word.substring(name.length() + 1))
                        .findFirst()
                        .orElse(read);
    }

    /** Texts that end in NUL each. */
    private static List<String> words(Path file) {
        List<String> words = new ArrayList<>();
        try {
            byte[] bytes = Files.readAllBytes(file);
            int start = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == 0) {
                    words.add(decode(ByteBuffer.wrap(bytes, start, i - start)));
                    start = i + 1;
                }
            }
        } catch (IOException notThere) {
            return List.of();
        }
        return words;
    }

    static String decode(ByteBuffer bytes) {
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
