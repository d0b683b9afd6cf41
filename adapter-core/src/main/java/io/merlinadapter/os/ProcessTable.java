package io.merlinadapter.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All processes at one moment, by the sessions that they belong to; one small file is read for each. Immutable. */
public final class ProcessTable {
    private final Map<Long, List<Entry>> bySession;
    private final Map<Long, List<Entry>> byParent;

    private ProcessTable(List<Entry> all) {
        this.bySession = all.stream().collect(Collectors.groupingBy(Entry::session));
        this.byParent = all.stream().collect(Collectors.groupingBy(Entry::parent));
    }

    /** The processes of now, as far as they can be seen. Blocks for milliseconds. */
    public static ProcessTable read() {
        List<Entry> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                Entry entry = Entry.read(process);
                if (entry != null) {
                    found.add(entry);
                }
            }
        } catch (IOException | RuntimeException e) {
            // What was found so far has to do.
        }
        return new ProcessTable(found);
    }

    /**
     * What processes have used.
     *
     * @param cpuNanos computing time since they were started, with that of children they have waited for
     * @param residentBytes the memory that they hold, shared pages counted for each
     */
    public record Use(long cpuNanos, long residentBytes) {
        private static Use of(List<Entry> processes) {
            return new Use(
                    processes.stream().mapToLong(Entry::allTicks).sum() * KernelUnits.TICK_NANOS,
                    processes.stream().mapToLong(Entry::residentBytes).sum());
        }
    }

    /** What the session that {@code leader} began has used; nothing if it is no more. */
    public Use useOfSession(long leader) {
        return Use.of(session(leader));
    }

    /** The processes of the session that {@code leader} began. */
    List<Entry> session(long leader) {
        return bySession.getOrDefault(leader, List.of());
    }

    /** Those of {@code some}, and all that they have started and that was not left behind to another parent. */
    List<Entry> withDescendants(List<Entry> some) {
        Map<Long, Entry> found = new LinkedHashMap<>();
        Deque<Entry> left = new ArrayDeque<>(some);
        for (Entry next = left.poll(); next != null; next = left.poll()) {
            if (found.putIfAbsent(next.pid(), next) == null) {
                left.addAll(byParent.getOrDefault(next.pid(), List.of()));
            }
        }
        return List.copyOf(found.values());
    }

    /** One process as it is now; null if there is none with this number. Reads a small file. */
    static @Nullable Entry entry(long pid) {
        return Entry.read(Path.of("/proc", Long.toString(pid)));
    }

    /**
     * One process as /proc/PID/stat had it (proc(5)).
     *
     * @param state a letter, such as {@code R} for one that computes and {@code Z} for one that has ended
     * @param startedAt in clock ticks since the boot; tells a process from an earlier one with its number
     * @param ownTicks clock ticks it has computed
     * @param inheritedTicks those of its children that have ended and been waited for, and of theirs
     * @param residentPages pages of memory it holds, those that it shares with others included
     */
    record Entry(
            long pid,
            char state,
            long parent,
            long session,
            long startedAt,
            long ownTicks,
            long inheritedTicks,
            long residentPages) {
        /** Indexes of fields, counted from the state, which follows the name. */
        private static final int PARENT = 1;

        private static final int SESSION = 3;

        private static final int USER_TIME = 11;
        private static final int SYSTEM_TIME = 12;
        private static final int CHILDREN_USER_TIME = 13;
        private static final int CHILDREN_SYSTEM_TIME = 14;
        private static final int START_TIME = 19;
        private static final int RESIDENT = 21;

        private static @Nullable Entry read(Path process) {
            try {
                byte[] stat = Files.readAllBytes(process.resolve("stat"));
                long pid = Long.parseLong(process.getFileName().toString());
                return parse(pid, new String(stat, StandardCharsets.ISO_8859_1));
            } catch (IOException | RuntimeException e) {
                // It has ended meanwhile.
                return null;
            }
        }

        /** Reads the content of a stat file. */
        static Entry parse(long pid, String stat) {
            // After the name, which may hold anything, in parentheses.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", RESIDENT + 2);
            return new Entry(
                    pid,
                    fields[0].charAt(0),
                    Long.parseLong(fields[PARENT]),
                    Long.parseLong(fields[SESSION]),
                    Long.parseLong(fields[START_TIME]),
                    Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]),
                    Long.parseLong(fields[CHILDREN_USER_TIME]) + Long.parseLong(fields[CHILDREN_SYSTEM_TIME]),
                    Long.parseLong(fields[RESIDENT]));
        }

        long allTicks() {
            return ownTicks + inheritedTicks;
        }

        /** False of one that has ended. */
        boolean isAlive() {
            return state != 'Z' && state != 'X';
        }

        boolean isSameProcessAs(Entry other) {
            return pid == other.pid && startedAt == other.startedAt;
        }

        long residentBytes() {
            return residentPages * KernelUnits.PAGE;
        }

        /** How many files it has open; 0 where that can't be seen. */
        long openFiles() {
            try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
                return files.count();
            } catch (IOException | UncheckedIOException e) {
                // It has ended meanwhile, or is another user's.
                return 0;
            }
        }
    }

    /**
     * The units in which /proc counts, as the kernel has told this process at its start (the auxiliary vector): Java has no
     * other way to them.
     */
    static final class KernelUnits {
        private static final long PAGE_SIZE = 6;
        private static final long CLOCK_TICKS = 17;
        private static final long NANOS_PER_SECOND = 1_000_000_000;
        private static final long USUAL_PAGE = 4096;
        private static final long USUAL_TICKS = 100;
        private static final ByteBuffer VECTOR = vector();

        /** Bytes of a page. */
        static final long PAGE = entry(PAGE_SIZE, USUAL_PAGE);
        /** Nanoseconds of a clock tick. */
        static final long TICK_NANOS = NANOS_PER_SECOND / entry(CLOCK_TICKS, USUAL_TICKS);

        private KernelUnits() {}

        private static ByteBuffer vector() {
            try {
                return ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                        .order(ByteOrder.nativeOrder());
            } catch (IOException e) {
                return ByteBuffer.allocate(0);
            }
        }

        private static long entry(long key, long usual) {
            for (int at = 0; at + 2 * Long.BYTES <= VECTOR.limit(); at += 2 * Long.BYTES) {
                if (VECTOR.getLong(at) == key) {
                    return Math.max(1, VECTOR.getLong(at + Long.BYTES));
                }
            }
            return usual;
        }
    }
}
