package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real children that hold real memory, in a container whose figures the test writes. */
class MemoryWatchIT {
    private static final long MIB = 1 << 20;
    private static final String HOLDS = """
            import sys, time
            held = bytearray(int(sys.argv[1]) << 20)
            print("holds", flush=True)
            time.sleep(3600)
            """;
    /** Two gigabytes that are reserved and not used, and pages of a file, which the kernel can take back. */
    private static final String MAPS = """
            import mmap, sys, time
            reserved = mmap.mmap(-1, 2 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            with open(sys.argv[1], "rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            print("holds", sum(mapped[at] for at in range(0, len(mapped), 4096)), flush=True)
            time.sleep(3600)
            """;

    @TempDir
    Path folder;

    private ChildStarter starter;
    private final BlockingQueue<Started> running = new LinkedBlockingQueue<>();
    /** In the order of their ends. */
    private final BlockingQueue<Started> ends = new LinkedBlockingQueue<>();

    /** One child. */
    private final class Started implements ChildStarter.Listener, ByteSink {
        final CompletableFuture<Child> begun = new CompletableFuture<>();
        final CompletableFuture<Exit> end = new CompletableFuture<>();
        final CompletableFuture<String> said = new CompletableFuture<>();

        Started(String... command) {
            running.add(this);
            ChildStarter.Spec spec = new ChildStarter.Spec(List.of(command), Map.of(), "worker-0", this, this);
            starter.start(() -> spec, this);
        }

        Started holds() throws Exception {
            assertThat(said.get(60, TimeUnit.SECONDS)).startsWith("holds");
            return this;
        }

        Exit ended() throws Exception {
            return end.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void started(Child child) {
            begun.complete(child);
        }

        @Override
        public void failed(IOException cause) {
            end.completeExceptionally(cause);
        }

        @Override
        public void exited(Exit exit) {
            ends.add(this);
            end.complete(exit);
        }

        @Override
        public void bytes(byte[] buffer, int length) {
            said.complete(new String(buffer, 0, length, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            said.complete("nothing");
        }
    }

    @AfterEach
    void endAll() throws Exception {
        for (Started one : running) {
            starter.signal(one.begun.get(60, TimeUnit.SECONDS), "KILL");
            one.ended();
        }
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private void container(long limit, long used, ProgramMemory allowed) throws IOException {
        container(limit, used, 0, allowed);
    }

    /** All of its files are there before the watch looks at them. */
    private void container(long limit, long used, long ofFiles, ProgramMemory allowed) throws IOException {
        write("memory.max", limit + "\n");
        write("memory.current", used + "\n");
        write("memory.stat", "active_file " + ofFiles + "\n");
        write("memory.events", "oom_kill 0\n");
        starter = new ProcessStarter(System.getenv("PATH"), allowed, new ControlGroup(folder, MemoryFiles.VERSION_2));
    }

    private void withoutLimit(ProgramMemory allowed) {
        starter = new ProcessStarter(System.getenv("PATH"), allowed, new ControlGroup(null, MemoryFiles.VERSION_2));
    }

    @Test
    void whereTheContainersMemoryIsNearlyUsedUpTheLargestIsEndedAlone() throws Exception {
        container(512 * MIB, 100 * MIB, ProgramMemory.OF_CONTAINER);
        new Started("python3", "-c", HOLDS, "1").holds();
        Started large = new Started("python3", "-c", HOLDS, "40").holds();
        write("memory.current", 490 * MIB + "\n");
        Exit exit = large.ended();
        // By the time the test has written what the kernel would have, the other one may have gone, too.
        write("memory.current", 100 * MIB + "\n");
        assertThat(exit.outOfMemory()).isTrue();
        assertThat(exit.describe())
                .isEqualTo(
                        "signal 9 (SIGKILL), out of memory: the container had 22 of 512 MiB left, and the adapter ended"
                                + " the program (--program-memory)");
        assertThat(ends.take()).isSameAs(large);
    }

    @Test
    void aKillByAnybodyElseIsNotForMemory() throws Exception {
        container(512 * MIB, 100 * MIB, ProgramMemory.OF_CONTAINER);
        Started child = new Started("python3", "-c", HOLDS, "40").holds();
        starter.signal(child.begun.get(), "KILL");
        assertThat(child.ended().describe()).isEqualTo("signal 9 (SIGKILL)");
    }

    @Test
    void pagesThatTheKernelCanTakeBackEndNobody() throws Exception {
        container(512 * MIB, 511 * MIB, 400 * MIB, ProgramMemory.OF_CONTAINER);
        Started child = new Started("python3", "-c", HOLDS, "1").holds();
        assertThat(child.end).isNotDone();
        assertThat(starter.hasRoomFor(0)).isFalse();
    }

    @Test
    void aSuccessorHasNoRoomWhereItWouldCostThisOneItsLife() throws Exception {
        container(512 * MIB, 400 * MIB, ProgramMemory.OF_CONTAINER);
        assertThat(starter.hasRoomFor(79 * MIB)).isTrue();
        assertThat(starter.hasRoomFor(81 * MIB)).isFalse();
        container(512 * MIB, 400 * MIB, ProgramMemory.ANY);
        assertThat(starter.hasRoomFor(81 * MIB)).isTrue();
    }

    @Test
    void aChildThatHoldsMoreThanItMayIsEndedWithAllThatItHasStarted() throws Exception {
        withoutLimit(ProgramMemory.each(64 * MIB));
        Started shell = new Started("sh", "-c", "python3 -c \"$0\" 100; echo it went on", HOLDS);
        Exit exit = shell.ended();
        assertThat(exit.describe())
                .matches(
                        "signal 9 \\(SIGKILL\\), out of memory: it held \\d+ MiB, more than --program-memory \\(64 MiB\\),"
                                + " and the adapter ended it");
        assertThat(shell.said.getNow("nothing")).doesNotContain("it went on");
    }

    @Test
    void whatIsOnlyReservedOrAFilesDoesNotCount() throws Exception {
        withoutLimit(ProgramMemory.each(64 * MIB));
        Path file = Files.write(folder.resolve("file"), new byte[(int) (80 * MIB)]);
        Started maps = new Started("python3", "-c", MAPS, file.toString()).holds();
        // By then it has been looked at.
        Started large = new Started("python3", "-c", HOLDS, "100");
        assertThat(large.ended().outOfMemory()).isTrue();
        assertThat(maps.end).isNotDone();
    }

    @Test
    void theFilesOfAChildThatHasEndedAreClosed() throws Exception {
        withoutLimit(ProgramMemory.each(64 * MIB));
        Started child = new Started("python3", "-c", HOLDS, "1").holds();
        long pid = child.begun.get().pid();
        lookAtAll();
        assertThat(openFilesOf(pid)).isEqualTo(1);
        starter.signal(child.begun.get(), "KILL");
        child.ended();
        lookAtAll();
        assertThat(openFilesOf(pid)).isZero();
    }

    /** Who holds too much is ended by a look, which is at all children. */
    private void lookAtAll() throws Exception {
        assertThat(new Started("python3", "-c", HOLDS, "100").ended().outOfMemory())
                .isTrue();
    }

    private static long openFilesOf(long pid) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : open) {
                try {
                    count += Files.readSymbolicLink(file).startsWith("/proc/" + pid) ? 1 : 0;
                } catch (NoSuchFileException e) {
                    // Another thread's, closed meanwhile.
                }
            }
        }
        return count;
    }
}
