package io.merlinadapter.os;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the system calls in which a program may wait for input; they differ by architecture. From the kernel's
 * arch/x86/entry/syscalls/syscall_64.tbl, and from include/uapi/asm-generic/unistd.h, which is arm64's. Numbers are never
 * given anew. Immutable.
 */
final class SystemCalls {
    private static final SystemCalls X86_64 = new SystemCalls()
            // read, pread64, readv, recvfrom, recvmsg, splice, tee, preadv, recvmmsg, preadv2
            .add(Kind.READ, 0, 17, 19, 45, 47, 275, 276, 295, 299, 327)
            // poll, ppoll
            .add(Kind.POLL, 7, 271)
            // select, pselect6
            .add(Kind.SELECT, 23, 270)
            // epoll_wait, epoll_pwait, epoll_pwait2
            .add(Kind.EPOLL, 232, 281, 441)
            // io_getevents, restart_syscall, io_pgetevents, io_uring_enter
            .add(Kind.OPAQUE, 208, 219, 333, 426);

    private static final SystemCalls AARCH64 = new SystemCalls()
            // read, readv, pread64, preadv, splice, tee, recvfrom, recvmsg, recvmmsg, preadv2
            .add(Kind.READ, 63, 65, 67, 69, 76, 77, 207, 212, 243, 286)
            // ppoll
            .add(Kind.POLL, 73)
            // pselect6
            .add(Kind.SELECT, 72)
            // epoll_pwait, epoll_pwait2
            .add(Kind.EPOLL, 22, 441)
            // io_getevents, restart_syscall, io_pgetevents, io_uring_enter
            .add(Kind.OPAQUE, 4, 128, 292, 426);

    private final Map<Integer, Kind> kinds = new HashMap<>();

    /** What a call waits for, as far as its arguments tell. */
    enum Kind {
        /** Bytes of the file that its first argument is the number of. */
        READ,
        /** Any of the files in the list that its first two arguments are. */
        POLL,
        /** Any of the files in the sets that its first four arguments are. */
        SELECT,
        /** Any of the files that were put into the set that its first argument is the number of. */
        EPOLL,
        /** Something that its arguments don't tell. */
        OPAQUE,
        /** Nothing that could be input. */
        OTHER
    }

    private SystemCalls() {}

    private SystemCalls add(Kind kind, int... numbers) {
        for (int number : numbers) {
            kinds.put(number, kind);
        }
        return this;
    }

    /**
     * Those of one architecture; null where they are not known here.
     *
     * @param architecture as Java's {@code os.arch} names it
     */
    static @Nullable SystemCalls of(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> null;
        };
    }

    Kind kind(int number) {
        return kinds.getOrDefault(number, Kind.OTHER);
    }
}
