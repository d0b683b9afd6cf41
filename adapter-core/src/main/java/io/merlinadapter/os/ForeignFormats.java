package io.merlinadapter.os;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * What the kernel has been told to execute beside its own formats (binfmt_misc): programs of other machines by qemu, jars by
 * Java, programs for Windows by wine.
 */
public final class ForeignFormats {
    private static final int LONGEST_MAGIC = 256;

    private final Path folder;

    /** @param folder where the kernel shows them; empty in a container that has not mounted it */
    public ForeignFormats(Path folder) {
        this.folder = folder;
    }

    /** Those of this machine. */
    public static ForeignFormats here() {
        return new ForeignFormats(Path.of("/proc/sys/fs/binfmt_misc"));
    }

    /** Whether there is a program that the kernel starts for this file. Waits for the file system. */
    public boolean handle(Path file) {
        if (!Files.exists(folder.resolve("status"))) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file);
                DirectoryStream<Path> formats = Files.newDirectoryStream(folder)) {
            byte[] head = in.readNBytes(LONGEST_MAGIC);
            for (Path format : formats) {
                String name = String.valueOf(format.getFileName());
                if (!name.equals("register") && !name.equals("status") && matches(format, file, head)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What can't be looked at is not known to be handled.
        }
        return false;
    }

    private static boolean matches(Path format, Path file, byte[] head) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : Files.readAllLines(format, StandardCharsets.ISO_8859_1)) {
            int blank = line.indexOf(' ');
            fields.put(blank < 0 ? line : line.substring(0, blank), blank < 0 ? "" : line.substring(blank + 1));
        }
        if (!fields.containsKey("enabled")) {
            return false;
        }
        String extension = fields.get("extension");
        if (extension != null) {
            return file.toString().endsWith(extension.trim());
        }
        try {
            byte[] magic = HexFormat.of().parseHex(fields.getOrDefault("magic", ""));
            byte[] mask = HexFormat.of().parseHex(fields.getOrDefault("mask", "ff".repeat(magic.length)));
            int offset = Integer.parseInt(fields.getOrDefault("offset", "0").trim());
            return magic.length > 0 && isAt(head, offset, magic, mask);
        } catch (IllegalArgumentException notAsTheKernelWritesIt) {
            return false;
        }
    }

    private static boolean isAt(byte[] head, int offset, byte[] magic, byte[] mask) {
        if (head.length < offset + magic.length || mask.length != magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (((head[offset + i] ^ magic[i]) & mask[i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
