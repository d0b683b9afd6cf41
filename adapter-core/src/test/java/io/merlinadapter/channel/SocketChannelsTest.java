package io.merlinadapter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.loop.Loop;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writing to a socket that the child has connected to. */
class SocketChannelsTest extends WritingContract {
    @Override
    String prelude() {
        return """
                import os, socket
                s = socket.socket(socket.AF_UNIX)
                s.connect(os.environ['ADAPTER_SOCKET'])
                r = w = s.fileno()
                """;
    }

    @Override
    ChannelMaker maker(Loop loop) {
        return new SocketChannels(loop, null);
    }

    @Override
    String deafen() {
        return "s.shutdown(socket.SHUT_RD)";
    }

    @Test
    void theLastLineIsGivenBackIfTheChildWentWithoutReadingItsEnd() throws IOException {
        assertGivenBack(0, true);
        assertGivenBack(14, true);
        assertGivenBack(15, false);
    }

    /** Of three lines of five bytes the child has read {@code bytes} when it goes. */
    private void assertGivenBack(int bytes, boolean last) throws IOException {
        String read = bytes == 0 ? "" : "s.recv(" + bytes + ", socket.MSG_WAITALL)\n";
        try (Ends ends = child(read + "say('read')\nwait()\n")) {
            ends.channel();
            List<Line> lines = ends.send("1234", "5678", "9012");
            Ends.until(() -> lines.stream().noneMatch(ends::isUnbegun));
            ends.untilReplied("read");
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt()))
                    .as("after %s bytes", bytes)
                    .isEqualTo(last ? List.of(lines.get(2)) : List.of());
            assertThat(ends.written).hasValue(last ? 2 : 3);
        }
    }

    @Test
    void aLineThatSteersTheChildIsNotGivenBackAndHidesWhatIsBeforeIt() throws IOException {
        try (Ends ends = child("say('read')\nwait()\n")) {
            ends.channel();
            ends.send("1234");
            ends.untilReplied("read");
            Line cancellation = ends.line("cancel");
            assertThat(ends.onLoop(() -> ends.channel().writeFirst(cancellation)))
                    .isTrue();
            Ends.until(() -> !ends.isUnbegun(cancellation));
            ends.kill();
            assertThat(ends.onLoop(() -> ends.channel().halt())).isEmpty();
        }
    }
}
