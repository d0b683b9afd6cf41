package io.merlinadapter.os;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file of numbers that the kernel writes anew for each look, as in /proc. It is kept open, and looking at it leaves
 * nothing to collect: some are looked at a thousand times a second. One thread at a time.
 */
final class KernelFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelFile.class);
    private static final int LONGEST = 8192;

    private final FileChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(LONGEST);

    KernelFile(Path path) throws IOException {
        channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    /** Reads it. What follows is of that moment. */
    KernelFile look() throws IOException {
        bytes.clear();
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // On to its end.
        }
        bytes.flip();
        return this;
    }

    /** The number at {@code index} among those that blanks part; nothing where there is a word, or nothing. */
    OptionalLong number(int index) {
        int at = 0;
        for (int passed = 0; passed < index; passed++) {
            while (at < bytes.limit() && bytes.get(at) > ' ') {
                at++;
            }
            at++;
        }
        return numberAt(at);
    }

    /** The number behind {@code key} at the beginning of a line; 0 where there is none. */
    long entry(String key) {
        byte[] wanted = key.getBytes(StandardCharsets.US_ASCII);
        for (int line = 0; line < bytes.limit(); line = nextLine(line)) {
            if (startsWith(wanted, line)) {
                return numberAt(line + wanted.length).orElse(0);
            }
        }
        return 0;
    }

    private int nextLine(int from) {
        int at = from;
        while (at < bytes.limit() && bytes.get(at) != '\n') {
            at++;
        }
        return at + 1;
    }

    private boolean startsWith(byte[] wanted, int at) {
        if (at + wanted.length > bytes.limit()) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private OptionalLong numberAt(int start) {
        int first = start;
        while (first < bytes.limit() && bytes.get(first) == ' ') {
            first++;
        }
        long value = 0;
        int at = first;
        while (at < bytes.limit() && bytes.get(at) >= '0' && bytes.get(at) <= '9') {
            value = 10 * value + bytes.get(at) - '0';
            at++;
        }
        return at > first ? OptionalLong.of(value) : OptionalLong.empty();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a file of the kernel can't be closed", e);
        }
    }
}
