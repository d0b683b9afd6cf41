package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writing to stdin, and what the pipe tells of the lines in it. */
class StdioTransportIT extends WritingContract {
    @Override
    String prelude() {
        return "import os\nr = 0\nw = 1\n";
    }

    @Override
    Transport maker(EventLoop loop) {
        return new StdioTransport(loop);
    }

    @Override
    String deafen() {
        return "os.close(0)";
    }

    @Test
    void ofLinesWrittenTogetherThoseWithoutAReadByteAreUntouched() throws IOException {
        assertUntouched(0, 0);
        assertUntouched(1, 1);
        assertUntouched(4, 1);
        assertUntouched(5, 1);
        assertUntouched(6, 2);
        assertUntouched(10, 2);
        assertUntouched(11, 3);
        assertUntouched(15, 3);
    }

    /** Of three lines of five bytes the first {@code touched} have begun to be read with {@code bytes}. */
    private void assertUntouched(int bytes, int touched) throws IOException {
        try (Ends ends = child("os.read(0, " + bytes + ")\nsay('read')\nwait()\n")) {
            ends.channel();
            List<Line> lines = ends.send("1234", "5678", "9012");
            ends.untilReplied("read");
            for (int i = 0; i < 3; i++) {
                assertThat(ends.isUntouched(lines.get(i)))
                        .as("%s of %s", i, bytes)
                        .isEqualTo(i >= touched);
                assertThat(ends.isUnbegun(lines.get(i))).isFalse();
                assertThat(withdraw(ends, lines.get(i))).isFalse();
            }
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEqualTo(lines.subList(touched, 3));
            assertThat(ends.written).hasValue(touched);
        }
    }

    private static boolean withdraw(Ends ends, Line line) {
        return ends.onLoop(() -> ends.channel().withdraw(line));
    }

    @Test
    void theLoopWritesAsMuchIntoAnEmptyPipeAsItWasSeenToHoldAndNoMore() throws IOException {
        assertThat(loopWrites(3_000, 5_000)).isFalse();
        assertThat(loopWrites(20_000, 20_000)).isTrue();
        assertThat(loopWrites(20_000, 20_001)).isFalse();
    }

    /** Whether the loop itself writes the second of two lines to a child that has read the first, when that had waited. */
    private boolean loopWrites(int first, int second) throws IOException {
        String readsOneLine =
                "wait()\nn = 0\nwhile n <= " + first + ": n += len(os.read(0, 1 << 20))\nsay('read')\ntime.sleep(99)\n";
        try (Ends ends = child(readsOneLine)) {
            ends.channel();
            ends.send("x".repeat(first));
            Ends.until(() -> ends.onLoop(() -> ends.channel().unread()) == first + 1 && isWriterIdle());
            ends.openGate();
            ends.untilReplied("read");
            Line line = ends.send("y".repeat(second)).get(0);
            Ends.until(() -> !ends.isUnbegun(line));
            // Of what the writer has written nothing is known.
            return ends.isUntouched(line);
        }
    }

    private static boolean isWriterIdle() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("worker-7-stdin"))
                .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void nothingIsKnownOfALineWithAnotherBehindIt() throws IOException {
        try (Ends ends = child("wait()\n")) {
            ends.channel();
            Line first = ends.send("first").get(0);
            assertThat(ends.isUntouched(first)).isTrue();
            Line second = ends.send("second").get(0);
            Ends.until(() -> !ends.isUnbegun(second));
            assertThat(ends.isUntouched(first)).isFalse();
            assertThat(ends.isUntouched(second)).isFalse();
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEmpty();
        }
    }
}
