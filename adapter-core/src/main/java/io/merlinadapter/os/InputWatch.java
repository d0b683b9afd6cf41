package io.merlinadapter.os;

import io.merlinadapter.os.Activity.Doing;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from /proc (proc(5)) whether a process waits for bytes of one pipe. Nothing is sent, stopped or traced: files are
 * read. The system call of each thread is shown to those who might trace the process, which its user may; under Yama's
 * ptrace_scope 2 and 3 nobody may, and then the kernel's name for the place where a thread waits (wchan) has to do. Blocks
 * for a moment. Any thread.
 */
final class InputWatch {
    /** The first bytes of an ELF file, and the one after them, which says how wide its numbers are. */
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private static final int ELF_32_BITS = 1;
    /** More files than this are not looked for in one poll. */
    private static final int MOST_POLLED = 1024;

    private static final int BYTES_OF_POLLFD = 8;
    private static final int EVENTS_OF_POLLFD = 4;
    /** POLLIN and POLLRDNORM, which are EPOLLIN and EPOLLRDNORM, too. */
    private static final int READABLE = 0x41;

    private static final String SETS_OF_FILES = "anon_inode:[eventpoll]";
    private static final String IO_URING = "anon_inode:[io_uring]";
    /** Event loops in event loops that are looked into. */
    private static final int DEPTH = 3;

    private static final Pattern EPOLL_ENTRY = Pattern.compile("tfd:\\s*(\\d+)\\s+events:\\s*([0-9a-f]+)");
    private static final Pattern FLAGS = Pattern.compile("flags:\\s*([0-7]+)");
    private static final int ACCESS_MODE = 3;
    private static final int WRITE_ONLY = 1;

    private final Path proc;
    private final @Nullable SystemCalls calls;

    /**
     * @param proc where /proc is
     * @param calls those of this machine; null if they are not known
     */
    InputWatch(Path proc, @Nullable SystemCalls calls) {
        this.proc = proc;
        this.calls = calls;
    }

    /** The one of this machine. */
    static InputWatch ofThisMachine() {
        return new InputWatch(Path.of("/proc"), SystemCalls.of(System.getProperty("os.arch", "")));
    }

    /** What a process has as its stdin, as in {@code pipe:[4711]}; null if that can't be seen. */
    @Nullable
    String stdinOf(long pid) {
        return new Look(pid, null).target(0);
    }

    /**
     * What the threads of a process do now; {@link Doing#ELSEWHERE} if it has ended.
     *
     * @param pipe what {@link #stdinOf} said when the process began; null if that is not known
     */
    Doing doing(long pid, @Nullable String pipe) {
        return new Look(pid, pipe).doing();
    }

    /** One look at one process. What has gone meanwhile is passed over. */
    private final class Look {
        private final Path process;
        private final @Nullable String pipe;

        Look(long pid, @Nullable String pipe) {
            this.process = proc.resolve(Long.toString(pid));
            this.pipe = pipe;
        }

        Doing doing() {
            Doing most = Doing.ELSEWHERE;
            boolean numbersKnown = calls != null && !has32Bits();
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"), "[0-9]*")) {
                for (Path thread : threads) {
                    most = most.or(numbersKnown ? byCall(thread) : byPlace(thread));
                    if (most == Doing.READS) {
                        break;
                    }
                }
            } catch (IOException | RuntimeException e) {
                return Files.exists(process) ? most.or(Doing.UNKNOWN) : most;
            }
            return most;
        }

        /** Such a process calls the system by other numbers. */
        private boolean has32Bits() {
            try (InputStream program = Files.newInputStream(process.resolve("exe"))) {
                byte[] head = program.readNBytes(ELF.length + 1);
                return head.length > ELF.length
                        && ByteBuffer.wrap(head, 0, ELF.length).equals(ByteBuffer.wrap(ELF))
                        && head[ELF.length] == ELF_32_BITS;
            } catch (IOException e) {
                return false;
            }
        }

        /** Of a line such as {@code 0 0x3 0x7ffd… …}: the number of a call and its arguments. */
        private Doing byCall(Path thread) {
            String[] call;
            try {
                call = text(thread.resolve("syscall")).split(" ", -1);
            } catch (IOException e) {
                return byPlace(thread);
            }
            if (call.length < 2) {
                // It runs, or is just about to.
                return "running".equals(call[0]) ? Doing.WORKS : byPlace(thread);
            }
            int number = Integer.parseInt(call[0]);
            if (number < 0) {
                // It waits outside of a call: for a page of a file.
                return Doing.WORKS;
            }
            return switch (calls == null ? SystemCalls.Kind.OPAQUE : calls.kind(number)) {
                case READ -> reads(argument(call, 0));
                case POLL -> polls(argument(call, 0), argument(call, 1));
                case SELECT -> selects(call);
                case EPOLL -> watches(argument(call, 0), DEPTH);
                case OPAQUE -> Doing.UNKNOWN;
                case OTHER -> Doing.ELSEWHERE;
            };
        }

        private static long argument(String[] call, int index) {
            return Long.parseUnsignedLong(call[index + 1].substring(2), 16);
        }

        private Doing reads(long file) {
            String target = target(file);
            if (target == null || pipe == null) {
                return Doing.UNKNOWN;
            }
            if (target.equals(pipe)) {
                return Doing.READS;
            }
            boolean onDisk = target.startsWith("/") && !target.startsWith("/dev/");
            return onDisk ? Doing.WORKS : Doing.ELSEWHERE;
        }

        private Doing polls(long address, long count) {
            if (count > MOST_POLLED) {
                return Doing.UNKNOWN;
            }
            List<Long> files = new ArrayList<>();
            try {
                ByteBuffer list = memory(address, (int) count * BYTES_OF_POLLFD);
                for (int at = 0; at < list.limit(); at += BYTES_OF_POLLFD) {
                    if ((list.getShort(at + EVENTS_OF_POLLFD) & READABLE) != 0 && list.getInt(at) >= 0) {
                        files.add((long) list.getInt(at));
                    }
                }
            } catch (IOException e) {
                return Doing.UNKNOWN;
            }
            return watches(files, count == 1, DEPTH);
        }

        /** Only what is waited for to be read counts, which is the first set. */
        private Doing selects(String[] call) {
            long count = argument(call, 0);
            long readable = argument(call, 1);
            if (count > MOST_POLLED) {
                return Doing.UNKNOWN;
            }
            List<Long> files = new ArrayList<>();
            if (readable != 0) {
                try {
                    int words = (int) ((count + Long.SIZE - 1) / Long.SIZE);
                    ByteBuffer set = memory(readable, words * Long.BYTES);
                    for (int file = 0; file < count; file++) {
                        if ((set.getLong(file / Long.SIZE * Long.BYTES) >>> (file % Long.SIZE) & 1) == 1) {
                            files.add((long) file);
                        }
                    }
                } catch (IOException e) {
                    return Doing.UNKNOWN;
                }
            }
            return watches(files, argument(call, 2) == 0, DEPTH);
        }

        /** What an event loop waits for is written down in the fdinfo of its set, by numbers and in hexadecimal. */
        private Doing watches(long set, int depth) {
            List<Long> files = new ArrayList<>();
            try {
                Matcher entries = EPOLL_ENTRY.matcher(text(process.resolve("fdinfo/" + set)));
                while (entries.find()) {
                    if ((Long.parseLong(entries.group(2), 16) & READABLE) != 0) {
                        files.add(Long.parseLong(entries.group(1)));
                    }
                }
            } catch (IOException e) {
                return Doing.UNKNOWN;
            }
            return watches(files, false, depth);
        }

        /** @param nothingElse true if it waits for nothing beside these files */
        private Doing watches(List<Long> files, boolean nothingElse, int depth) {
            if (pipe == null) {
                return Doing.UNKNOWN;
            }
            Doing most = Doing.ELSEWHERE;
            for (long file : files) {
                String target = target(file);
                if (target == null || target.equals(IO_URING)) {
                    most = most.or(Doing.UNKNOWN);
                } else if (target.equals(pipe)) {
                    return nothingElse && files.size() == 1 ? Doing.READS : Doing.WATCHES;
                } else if (target.equals(SETS_OF_FILES)) {
                    most = most.or(depth == 0 ? Doing.UNKNOWN : watches(file, depth - 1));
                }
            }
            return most;
        }

        /**
         * By the state of a thread and the name of the kernel's function in which it waits. That it reads a pipe does not say
         * which: that counts only where the process has no other pipe to read from.
         */
        private Doing byPlace(Path thread) {
            char state;
            String place;
            try {
                String stat = text(thread.resolve("stat"));
                state = stat.charAt(stat.lastIndexOf(')') + 2);
                place = text(thread.resolve("wchan"));
            } catch (IOException | IndexOutOfBoundsException e) {
                return Files.exists(thread) ? Doing.UNKNOWN : Doing.ELSEWHERE;
            }
            if (state == 'Z' || state == 'X') {
                return Doing.ELSEWHERE;
            }
            if (state == 'R' || state == 'D') {
                return Doing.WORKS;
            }
            if (place.endsWith("pipe_read") && readsNoOtherPipe()) {
                return Doing.READS;
            }
            return place.contains("nanosleep") || place.equals("do_wait") ? Doing.ELSEWHERE : Doing.UNKNOWN;
        }

        private boolean readsNoOtherPipe() {
            boolean found = false;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
                for (Path file : files) {
                    long number = Long.parseLong(file.getFileName().toString());
                    String target = target(number);
                    if (target == null || !target.startsWith("pipe:") || !isReadable(number)) {
                        continue;
                    }
                    if (!target.equals(pipe)) {
                        return false;
                    }
                    found = true;
                }
            } catch (IOException | RuntimeException e) {
                return false;
            }
            return found;
        }

        private boolean isReadable(long file) throws IOException {
            Matcher flags = FLAGS.matcher(text(process.resolve("fdinfo/" + file)));
            return !flags.find() || (Integer.parseInt(flags.group(1), 8) & ACCESS_MODE) != WRITE_ONLY;
        }

        /** What an open file is; null if it is closed or can't be seen. */
        @Nullable
        String target(long file) {
            try {
                return Files.readSymbolicLink(process.resolve("fd/" + file)).toString();
            } catch (IOException | UnsupportedOperationException e) {
                return null;
            }
        }

        private ByteBuffer memory(long address, int length) throws IOException {
            byte[] bytes = new byte[length];
            try (RandomAccessFile memory =
                    new RandomAccessFile(process.resolve("mem").toFile(), "r")) {
                memory.seek(address);
                memory.readFully(bytes);
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        }

        private static String text(Path file) throws IOException {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        }
    }
}
