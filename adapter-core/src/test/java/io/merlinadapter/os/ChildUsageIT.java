package io.merlinadapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real processes use, measured from outside. All times are times of computing, which no load stretches. */
class ChildUsageIT {
    private static final long HALF_A_SECOND = 500_000_000;
    /** A few clock ticks. */
    private static final long BLUR = 60_000_000;
    /** Python itself needs some. */
    private static final long START = 400_000_000;

    private static final String PROGRAM = """
            import os, signal, sys, time
            def burn(seconds):
                until = time.process_time() + seconds
                while time.process_time() < until:
                    pass
            held, files, middle = [], [], 0
            for line in sys.stdin:
                what, _, value = line.strip().partition(" ")
                if what == "burn":
                    burn(float(value))
                elif what == "hold":
                    held.append(b"x" * (int(value) << 20))
                elif what == "open":
                    files += [open("/dev/null") for _ in range(int(value))]
                elif what == "ignore":
                    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
                elif what == "fork":
                    ours, theirs = os.pipe()
                    middle = os.fork()
                    if middle == 0:
                        burn(float(value))
                        os.write(theirs, b"!")
                        time.sleep(3600)
                    os.read(ours, 1)
                elif what == "end":
                    os.kill(middle, signal.SIGKILL)
                    try:
                        os.waitpid(middle, 0)
                    except ChildProcessError:
                        pass
                os.write(1, b"done\\n")
            """;

    private final ChildStarter starter = new ProcessStarter(System.getenv("PATH"), ProgramMemory.ANY);
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private Child child;

    @BeforeEach
    void start() throws Exception {
        CompletableFuture<Child> begun = new CompletableFuture<>();
        ByteSink answers = new ByteSink() {
            @Override
            public void bytes(byte[] buffer, int length) {
                said.add(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }

            @Override
            public void end() {
                // Its end is another test's.
            }
        };
        ChildStarter.Spec spec =
                new ChildStarter.Spec(List.of("python3", "-c", PROGRAM), Map.of(), "worker-0", answers, answers);
        starter.start(() -> spec, new ChildStarter.Listener() {
            @Override
            public void started(Child started) {
                begun.complete(started);
            }

            @Override
            public void failed(IOException cause) {
                begun.completeExceptionally(cause);
            }

            @Override
            public void exited(Exit exit) {
                // Its end is another test's.
            }
        });
        child = begun.get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() {
        ((ChildProcess) child).process().descendants().forEach(ProcessHandle::destroyForcibly);
        ((ChildProcess) child).process().destroyForcibly();
    }

    private void tell(String command) throws Exception {
        OutputStream stdin = child.stdin();
        stdin.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo("done\n");
    }

    private Child.Usage read() {
        return child.usageSince(ProcessTable.read());
    }

    @Test
    void whatItComputesIsCountedOnceBetweenTwoLooks() throws Exception {
        tell("burn 0");
        assertThat(read().cpuNanos()).isLessThan(START);
        tell("burn 0.5");
        assertThat(read().cpuNanos()).isBetween(HALF_A_SECOND - BLUR, HALF_A_SECOND + BLUR);
        assertThat(read().cpuNanos()).isLessThan(BLUR);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theEndOfItsOwnChildTakesNothingAwayWhoeverWaitsForIt(boolean ignored) throws Exception {
        if (ignored) {
            tell("ignore");
        }
        tell("fork 0.5");
        long before = read().cpuNanos();
        assertThat(before).isBetween(HALF_A_SECOND - BLUR, HALF_A_SECOND + START);
        tell("end");
        assertThat(read().cpuNanos()).isBetween(0L, BLUR);
        tell("burn 0.5");
        assertThat(read().cpuNanos()).isBetween(HALF_A_SECOND - BLUR, HALF_A_SECOND + BLUR);
    }

    @Test
    void whatAChildComputedThatNobodyHasSeenIsInheritedByItsParent() throws Exception {
        tell("burn 0");
        read();
        tell("fork 0.5");
        tell("end");
        assertThat(read().cpuNanos()).isBetween(HALF_A_SECOND - BLUR, HALF_A_SECOND + BLUR);
    }

    @Test
    void itsMemoryAndItsFilesAreThoseOfAllItsProcesses() throws Exception {
        tell("burn 0");
        Child.Usage before = read();
        tell("hold 64");
        tell("open 50");
        tell("fork 0");
        Child.Usage after = read();
        assertThat(after.residentBytes() - before.residentBytes()).isGreaterThan(64L << 20);
        // The fork has them as well.
        assertThat(after.openFiles() - before.openFiles()).isGreaterThan(100);
        tell("end");
        assertThat(read().openFiles()).isLessThan(after.openFiles());
    }
}
