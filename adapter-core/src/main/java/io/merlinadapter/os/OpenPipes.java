package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pipes that are open in this process, as /proc shows them. May wait for the file system. */
public final class OpenPipes {
    private static final Path OPEN_HERE = Path.of("/proc/self/fd");

    private OpenPipes() {}

    /**
     * By its link, such as {@code pipe:[4711]}, a name of each, which opens it again; both ends of one have the same link.
     *
     * @throws IOException where there is no /proc
     */
    public static Map<Path, Path> byLink() throws IOException {
        Map<Path, Path> pipes = new HashMap<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN_HERE)) {
            for (Path one : open) {
                Path link = linkOf(one);
                if (link != null && link.toString().startsWith("pipe:")) {
                    pipes.put(link, one);
                }
            }
        }
        return pipes;
    }

    private static @Nullable Path linkOf(Path one) {
        try {
            return Files.readSymbolicLink(one);
        } catch (IOException e) {
            // Closed since it was listed.
            return null;
        }
    }
}
