package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who reads the stdout of a real child, and that nothing of it is lost or left behind. */
class StdoutIT {
    private static Ends child(String program) throws IOException {
        return new Ends(StdioTransport::new).start("import os\nr = 0\nw = 1\n" + ChildCode.LIBRARY + program);
    }

    @Test
    void shortLinesComeOnTheLoop() throws IOException {
        try (Ends ends = child(ChildCode.REPEAT)) {
            for (int i = 0; i < 100; i++) {
                ends.send("line " + i);
                ends.untilReplied("<line " + i + ">");
            }
            assertThat(ends.replies.onThread).hasValue(0);
        }
    }

    @Test
    void linesInPiecesAndLongLinesComeOnAThreadAndShortOnesOnTheLoopAgain() throws IOException {
        String program = """
                for l in os.fdopen(r, closefd=False):
                  os.write(w, b'par'); time.sleep(.05); os.write(w, b'tial\\n'); say('x' * 3000000); say('done')
                """;
        try (Ends ends = child(program)) {
            for (int i = 1; i <= 3; i++) {
                ends.send("go");
                int expected = i * (8 + 3_000_001 + 5);
                Ends.until(() -> ends.replies.size() == expected);
            }
            assertThat(ends.replies.text()).isEqualTo(("partial\n" + "x".repeat(3_000_000) + "\ndone\n").repeat(3));
            assertThat(ends.replies.onThread.get()).isGreaterThan(9_000_000);
        }
    }

    @Test
    void aFloodWaitsForTheThreadAndNeverTheLoop() throws IOException {
        try (Ends ends = child("for i in range(300000): say('%06d' % i)\ntime.sleep(99)\n")) {
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            ends.replies.hold = () -> {
                held.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            Ends.until(() -> held.getCount() == 0);
            int before = ends.replies.size();
            for (int i = 0; i < 10; i++) {
                ends.turn();
            }
            assertThat(ends.replies.size()).isEqualTo(before);
            go.countDown();
            Ends.until(() -> ends.replies.size() == 300_000 * 7);
            assertThat(ends.replies.text()).startsWith("000000\n000001\n").endsWith("299998\n299999\n");
        }
    }

    @Test
    void allThatWasWrittenIsReadBeforeTheExitIsTold() throws IOException {
        for (String program : new String[] {"say('a')\n", "say('x' * 200000); os.write(w, b'rest')\n"}) {
            try (Ends ends = child(program)) {
                assertThat(Ends.get(ends.exit).code()).isZero();
                assertThat(ends.replies.size()).isEqualTo(program.contains("rest") ? 200_005 : 2);
                Ends.until(() -> ends.replies.ends.get() == 1);
            }
        }
    }

    @Test
    void whatABusyLoopHasNotReadYetIsReadBeforeTheExitIsTold() throws IOException {
        try (Ends ends = child("wait(); say('a')\n")) {
            CountDownLatch gone = new CountDownLatch(1);
            ends.loop.later(() -> {
                try {
                    ends.openGate();
                    Ends.until(() -> Ends.get(ends.child).hasEnded());
                    gone.await();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Ends.until(() -> ends.child.isDone() && Ends.get(ends.child).hasEnded());
            assertThat(ends.exit).isNotDone();
            gone.countDown();
            Ends.get(ends.exit);
            assertThat(ends.replies.text()).isEqualTo("a\n");
        }
    }

    @Test
    void aDescendantThatHoldsStdoutIsNotWaitedForEver() throws IOException {
        // In a session of its own and without the mark, so that it outlives the child.
        String program = """
                import subprocess
                del os.environ['ADAPTER_CHILD']
                p = subprocess.Popen(['sleep', '7'], start_new_session=True, env={'PATH': os.environ['PATH']})
                say('%d' % p.pid)
                """;
        try (Ends ends = child(program)) {
            Ends.get(ends.exit);
            Ends.until(() -> ends.replies.ends.get() == 1);
            long holder = Long.parseLong(ends.replies.text().strip());
            assertThat(ProcessHandle.of(holder)).isPresent();
            ProcessHandle.of(holder).ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    void aChildThatClosesItsStdoutIsToldOfWhileItLives() throws IOException {
        try (Ends ends = child("say('bye'); os.close(1); time.sleep(99)\n")) {
            Ends.until(() -> ends.replies.ends.get() == 1);
            assertThat(ends.replies.text()).isEqualTo("bye\n");
            assertThat(ends.exit).isNotDone();
        }
    }

    @Test
    void aChildsStdoutIsAPipeThatBlocks() throws IOException {
        try (Ends ends =
                child("say(str(os.get_blocking(1))); import stat; say(str(stat.S_ISFIFO(os.fstat(1).st_mode)))\n")) {
            Ends.get(ends.exit);
            assertThat(ends.replies.text()).isEqualTo("True\nTrue\n");
        }
    }

    @Test
    void whereTheLoopCanNotReadAThreadDoes() throws IOException {
        Ends made = new Ends(StdioTransport::new);
        made.replies.mayWatch = false;
        try (Ends ends = made.start("import os\nr = 0\nw = 1\n" + ChildCode.LIBRARY + "say('a')\n")) {
            Ends.get(ends.exit);
            assertThat(ends.replies.text()).isEqualTo("a\n");
            assertThat(ends.replies.onLoop).hasValue(0);
            Ends.until(() -> ends.replies.ends.get() == 1);
        }
    }

    @Test
    void childrenThatComeAndGoLeaveNothingOpen() throws IOException {
        try (Ends first = child("")) {
            Ends.get(first.exit);
        }
        long before = openPipes();
        for (int i = 0; i < 30; i++) {
            try (Ends ends =
                    child(i % 3 == 0 ? "say('a')\n" : i % 3 == 1 ? "say('x' * 100000)\n" : "say('a')\nwait()\n")) {
                ends.untilReplied("\n");
            }
        }
        Ends.until(() -> openPipes() <= before);
    }

    private static long openPipes() {
        long count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : open) {
                try {
                    count += Files.readSymbolicLink(one).toString().startsWith("pipe:") ? 1 : 0;
                } catch (IOException e) {
                    // Closed since it was listed.
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return count;
    }
}
