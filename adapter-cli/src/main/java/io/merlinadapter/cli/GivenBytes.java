package io.merlinadapter.cli;

import io.merlinadapter.os.SystemText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this process was given, with all its bytes: Java loses those that are no text in its locale. */
final class GivenBytes {

    private GivenBytes() {}

    /** @param read the arguments as Java has read them */
    static List<String> arguments(List<String> read) {
        if (read.stream().allMatch(GivenBytes::isAscii)) {
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

    /**
     * The value of a variable.
     *
     * @param read as Java has read it
     */
    static String variable(String name, String read) {
        if (isAscii(read)) {
            return read;
        }
        return words(Path.of("/proc/self/environ")).stream()
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
                    words.add(SystemText.decode(ByteBuffer.wrap(bytes, start, i - start)));
                    start = i + 1;
                }
            }
        } catch (IOException notThere) {
            return List.of();
        }
        return words;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
