package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends children that take more memory than they may, before the kernel ends the whole container for it. A thread of its own,
 * where there is something to watch: a program can take gigabytes in a second, and neither a busy event loop nor a pool that
 * inflates bodies may hold up the look at it. The less is left, the sooner the next look.
 */
final class MemoryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
    private static final long MIB = 1 << 20;
    /** What is kept free is for what is taken between two looks, and until a process that was killed has ended. */
    private static final int PART_KEPT = 16;

    private static final long LEAST_KEPT = 24 * MIB;
    private static final long MOST_KEPT = 64 * MIB;
    /** More of what is kept than this is enough to be told roughly. */
    private static final int ENOUGH = 4;
    /** Gigabytes in a second, about what several threads can take. */
    private static final long BYTES_PER_NANO = 8;

    static final Duration SHORTEST = Duration.ofMillis(1);
    static final Duration LONGEST = Duration.ofMillis(250);
    /** Looks for which nothing else is ended while a child that was killed has not ended yet. */
    private static final int PATIENCE = 500;

    private final ProgramMemory allowed;
    private final ControlGroup group;
    private final @Nullable Thread thread;
    private final Map<ChildProcess, Processes> children = new ConcurrentHashMap<>();
    /** Those of children that are over, for the thread that uses their files to close them. */
    private final Queue<Processes> ended = new ConcurrentLinkedQueue<>();

    private int patience;
    private long sinceListed;
    private boolean isRehearsed;

    MemoryWatch(ProgramMemory allowed, ControlGroup group) {
        this.allowed = allowed;
        this.group = group;
        if (keepsRoom() || allowed.each() > 0) {
            thread = new Thread(this::run, "memory-watch");
            thread.setDaemon(true);
            thread.start();
        } else {
            thread = null;
        }
    }

    private boolean keepsRoom() {
        return allowed.watchesContainer() && group.limit().isPresent();
    }

    /** Bytes of the container that children can't have. */
    long kept() {
        return keepsRoom() ? kept(group.limit().orElse(Long.MAX_VALUE)) : 0;
    }

    static long kept(long limit) {
        return Math.min(Math.max(limit / PART_KEPT, LEAST_KEPT), MOST_KEPT);
    }

    /** How long to wait until the next look, where {@code spare} bytes more may be taken. */
    static Duration pause(long spare) {
        long nanos = spare / BYTES_PER_NANO;
        return Duration.ofNanos(Math.min(Math.max(nanos, SHORTEST.toNanos()), LONGEST.toNanos()));
    }

    /** A child runs. Any thread. */
    void begun(ChildProcess child) {
        if (thread != null) {
            children.put(child, new Processes());
            LockSupport.unpark(thread);
        }
    }

    /** It has ended, and all that it had started. Any thread. */
    void over(ChildProcess child) {
        Processes processes = children.remove(child);
        if (processes != null) {
            ended.add(processes);
        }
    }

    private void run() {
        try (ContainerRoom room = keepsRoom() ? group.openRoom() : null) {
            while (!Thread.interrupted()) {
                Duration pause = look(room);
                LockSupport.parkNanos(pause.toNanos());
                sinceListed += pause.toNanos();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("the memory of the program is watched no more; please report this", e);
        }
    }

    private Duration look(@Nullable ContainerRoom room) throws IOException {
        for (Processes over = ended.poll(); over != null; over = ended.poll()) {
            over.are(List.of());
        }
        if (!isRehearsed && !children.isEmpty()) {
            rehearse();
        }
        long spare = Long.MAX_VALUE;
        if (room != null) {
            long limit = room.limit();
            long kept = kept(limit);
            long left = room.bytes(ENOUGH * kept);
            if (left < kept) {
                endLargest(left, limit);
            }
            spare = left - kept;
        }
        if (allowed.each() > 0) {
            spare = Math.min(spare, lookAtEach());
        }
        return pause(spare);
    }

    /** Those of other workers are innocent, most likely, and what this one held is not back at once. */
    private void endLargest(long left, long limit) {
        boolean underWay = false;
        for (ChildProcess child : children.keySet()) {
            underWay |= child.isOutOfMemory();
        }
        if (underWay && patience > 0) {
            patience--;
            return;
        }
        ProcessTable now = ProcessTable.read();
        ChildProcess largest = largest(now);
        if (largest != null) {
            patience = PATIENCE;
            largest.endForMemory(
                    now,
                    "the container had " + left / MIB + " of " + limit / MIB
                            + " MiB left, and the adapter ended the program (--program-memory)");
        }
    }

    private @Nullable ChildProcess largest(ProcessTable now) {
        ChildProcess largest = null;
        long most = -1;
        for (ChildProcess child : children.keySet()) {
            long held = child.residentBytes(now);
            if (held > most && !child.isOutOfMemory()) {
                largest = child;
                most = held;
            }
        }
        return largest;
    }

    /** All but the kill, so that no class is to be loaded when there is no time, nor memory. */
    private void rehearse() {
        ProcessTable now = ProcessTable.read();
        ChildProcess largest = largest(now);
        isRehearsed = largest != null && largest.isAlive(now);
    }

    /** Returns how many bytes the largest may still take. */
    private long lookAtEach() {
        if (sinceListed >= LONGEST.toNanos() || children.values().stream().anyMatch(Processes::areUnknown)) {
            sinceListed = 0;
            ProcessTable now = ProcessTable.read();
            children.forEach((child, processes) -> processes.are(child.processes(now)));
        }
        long most = 0;
        for (Map.Entry<ChildProcess, Processes> one : children.entrySet()) {
            long held = one.getValue().held();
            if (held > allowed.each() && !one.getKey().isOutOfMemory()) {
                one.getKey()
                        .endForMemory(
                                ProcessTable.read(),
                                "it held " + held / MIB + " MiB, more than --program-memory (" + allowed.each() / MIB
                                        + " MiB), and the adapter ended it");
            }
            most = Math.max(most, held);
        }
        return allowed.each() - most;
    }

    /** The processes of one child. Those that it has started since they were listed are missing. */
    private static final class Processes {
        private final List<KernelFile> sizes = new ArrayList<>();
        private boolean listed;

        boolean areUnknown() {
            return !listed;
        }

        void are(List<ProcessTable.Entry> processes) {
            listed = true;
            sizes.forEach(KernelFile::close);
            sizes.clear();
            for (ProcessTable.Entry process : processes) {
                try {
                    sizes.add(new KernelFile(Path.of("/proc", Long.toString(process.pid()), "statm")));
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }

        /** Bytes of memory that are no file's, which the kernel can't take back. */
        long held() {
            long pages = 0;
            for (KernelFile size : sizes) {
                try {
                    size.look();
                    pages += size.number(1).orElse(0) - size.number(2).orElse(0);
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
            return pages * ProcessTable.KernelUnits.PAGE;
        }
    }
}
