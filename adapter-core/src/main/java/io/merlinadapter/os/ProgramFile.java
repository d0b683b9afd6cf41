package io.merlinadapter.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the kernel finds in a file that it is to execute. */
public sealed interface ProgramFile {

    /**
     * An executable of Linux, or something else of its format.
     *
     * @param machine as {@code uname -m} calls it
     * @param loader the program that loads its libraries; null if it needs none
     */
    record Elf(Use use, String machine, int bits, @Nullable String loader) implements ProgramFile {

        /** What it is good for. */
        public enum Use {
            PROGRAM,
            /** Of a compiler, not linked yet. */
            OBJECT,
            LIBRARY,
            CORE_DUMP,
            /** It ends before what its own header tells of. */
            CUT_OFF
        }
    }

    /**
     * A script whose first line names what is to read it.
     *
     * @param interpreter empty if the line ends before one; a carriage return at the end of the line is left in
     * @param argument the rest of the line, all of which is one word to the kernel; may be empty
     */
    record Script(String interpreter, String argument) implements ProgramFile {}

    /**
     * Text that names no interpreter.
     *
     * @param start its first bytes; a mark of byte order is left in
     */
    record Text(String start) implements ProgramFile {}

    /**
     * Bytes that are no text, and no executable of Linux.
     *
     * @param kind such as {@code a program for macOS}
     */
    record Data(String kind) implements ProgramFile {}

    /** Nothing at all. */
    record Empty() implements ProgramFile {}

    /**
     * Looks at the file's beginning, and at what that points to. Waits for the file system.
     *
     * @throws IOException if it can't be read, which need not keep it from being executed
     */
    static ProgramFile read(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            byte[] head = Reader.bytes(channel, 0, Reader.HEAD);
            if (head.length == 0) {
                return new Empty();
            }
            if (Reader.startsWith(head, Reader.ELF)) {
                return Reader.elf(channel, head);
            }
            return head[0] == '#' && head.length > 1 && head[1] == '!' ? Reader.script(head) : Reader.other(head);
        }
    }

    /** The formats. */
    final class Reader {
        /** The kernel looks at 256 bytes; the rest helps to tell text from data. */
        static final int HEAD = 1024;

        static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

        private static final int LONGEST_PATH = 4096;
        private static final int MOST_SEGMENTS = 1024;
        private static final int PT_LOAD = 1;
        private static final int PT_INTERP = 3;
        /** Fat binaries of macOS and classes of Java begin alike; no fat binary is for so many machines. */
        private static final int FIRST_JAVA_VERSION = 43;

        private static final Map<Integer, String> MACHINES = Map.ofEntries(
                Map.entry(2, "sparc"),
                Map.entry(3, "i386"),
                Map.entry(8, "mips"),
                Map.entry(20, "ppc"),
                Map.entry(21, "ppc64"),
                Map.entry(22, "s390x"),
                Map.entry(40, "arm"),
                Map.entry(42, "sh"),
                Map.entry(43, "sparc64"),
                Map.entry(62, "x86_64"),
                Map.entry(183, "aarch64"),
                Map.entry(243, "riscv64"),
                Map.entry(258, "loongarch64"));

        private Reader() {}

        static byte[] bytes(SeekableByteChannel channel, long from, int most) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(most);
            channel.position(from);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Until it is full or the file ends.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        static ProgramFile elf(SeekableByteChannel channel, byte[] head) throws IOException {
            if (head.length < 64) {
                return new Elf(Elf.Use.CUT_OFF, "an unknown machine", 64, null);
            }
            int bits = head[4] == 1 ? 32 : 64;
            boolean big = head[5] == 2;
            ByteBuffer header = ByteBuffer.wrap(head).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            String machine = machine(Short.toUnsignedInt(header.getShort(18)), big);
            int type = header.getShort(16);
            long entry = bits == 64 ? header.getLong(24) : Integer.toUnsignedLong(header.getInt(24));
            long table = bits == 64 ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
            int size = Short.toUnsignedInt(header.getShort(bits == 64 ? 54 : 42));
            int count = Short.toUnsignedInt(header.getShort(bits == 64 ? 56 : 44));
            if (type != 2 && type != 3) {
                return new Elf(type == 4 ? Elf.Use.CORE_DUMP : Elf.Use.OBJECT, machine, bits, null);
            }
            if (table < 0 || count > MOST_SEGMENTS || table + (long) size * count > channel.size()) {
                return new Elf(Elf.Use.CUT_OFF, machine, bits, null);
            }
            return program(channel, header.order(), new Segments(table, size, count, bits), machine, type, entry);
        }

        private record Segments(long table, int size, int count, int bits) {}

        private static ProgramFile program(
                SeekableByteChannel channel, ByteOrder order, Segments segments, String machine, int type, long entry)
                throws IOException {
            boolean wide = segments.bits() == 64;
            String loader = null;
            boolean cut = false;
            for (int i = 0; i < segments.count() && segments.size() >= (wide ? 56 : 32); i++) {
                byte[] bytes = bytes(channel, segments.table() + (long) i * segments.size(), segments.size());
                ByteBuffer segment = ByteBuffer.wrap(bytes).order(order);
                long offset = wide ? segment.getLong(8) : Integer.toUnsignedLong(segment.getInt(4));
                long length = wide ? segment.getLong(32) : Integer.toUnsignedLong(segment.getInt(16));
                int kind = segment.getInt(0);
                cut |= kind == PT_LOAD && (offset < 0 || length < 0 || offset + length > channel.size());
                if (kind == PT_INTERP && length > 0 && length <= LONGEST_PATH && !cut) {
                    loader = upTo(bytes(channel, offset, (int) length), "\0");
                }
            }
            boolean isLibrary = type == 3 && loader == null && entry == 0;
            Elf.Use use = cut ? Elf.Use.CUT_OFF : isLibrary ? Elf.Use.LIBRARY : Elf.Use.PROGRAM;
            return new Elf(use, machine, segments.bits(), loader);
        }

        private static String machine(int number, boolean big) {
            String name = MACHINES.getOrDefault(number, "machine number " + number);
            return switch (name) {
                case "ppc64" -> big ? name : "ppc64le";
                case "s390x", "sparc", "sparc64", "ppc" -> name;
                default -> big ? name + " (big-endian)" : name;
            };
        }

        static ProgramFile script(byte[] head) {
            String line = upTo(head, "\n").substring(2).replaceFirst("^[ \t]+", "");
            String interpreter = line.replaceFirst("(?s)[ \t].*", "");
            String argument = line.substring(interpreter.length());
            return new Script(interpreter, argument.replaceAll("^[ \t]+|[ \t]+$", ""));
        }

        /** The text before the first of these characters. */
        private static String upTo(byte[] bytes, String end) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            int at = text.indexOf(end);
            return at < 0 ? text : text.substring(0, at);
        }

        static ProgramFile other(byte[] head) {
            String kind = kind(head);
            return kind == null ? new Text(new String(head, StandardCharsets.UTF_8)) : new Data(kind);
        }

        private static @Nullable String kind(byte[] head) {
            int magic = head.length < 4 ? 0 : ByteBuffer.wrap(head).getInt();
            if (magic == 0xcafebabe && head.length >= 8) {
                return ByteBuffer.wrap(head).getShort(6) < FIRST_JAVA_VERSION && head[4] == 0 && head[5] == 0
                        ? "a program for macOS"
                        : "a class of Java";
            }
            switch (magic) {
                case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabf -> {
                    return "a program for macOS";
                }
                case 0x504b0304 -> {
                    return "a zip file (a jar?)";
                }
                case 0x213c6172 -> {
                    return "a static library";
                }
                default -> {
                    // Told by other signs.
                }
            }
            if (startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff)) {
                return "text in UTF-16";
            }
            boolean hasNul = new String(head, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
            if (startsWith(head, 'M', 'Z') && hasNul) {
                return "a program for Windows";
            }
            if (startsWith(head, 0x1f, 0x8b)) {
                return "compressed by gzip";
            }
            return hasNul ? "neither a program nor a script" : null;
        }

        private static boolean startsWith(byte[] bytes, int... start) {
            byte[] wanted = new byte[start.length];
            for (int i = 0; i < start.length; i++) {
                wanted[i] = (byte) start[i];
            }
            return startsWith(bytes, wanted);
        }

        static boolean startsWith(byte[] bytes, byte[] start) {
            return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
        }
    }
}
