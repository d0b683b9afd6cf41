package io.merlinadapter.cli.it.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.cli.it.support.CrossedLoad;
import io.merlinadapter.cli.it.support.SocketJson;
import io.merlinadapter.cli.it.support.SocketJsonRpc;
import io.merlinadapter.cli.it.support.StdioJson;
import io.merlinadapter.cli.it.support.StdioJsonMerged;
import io.merlinadapter.cli.it.support.StdioJsonNumbered;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.StdioJsonRpcBatches;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Every answer reaches the caller it is for, over every channel in every format: {@code make test} has the two that differ
 * most, and batches of both kinds; {@code make test-all} all four.
 */
@Isolated
@Timeout(3600)
final class CrossedReplyIT {
    @Test
    void childrenThatSwapAnswersAreFoundOut() throws Exception {
        List<String> arguments = List.of("concurrency=32", "swap");
        Supervision over = new StdioJsonRpc() {};
        try (Supervised adapter = over.launchProgram(List.of(), List.of(), "crossed", arguments);
                CrossedLoad load = new CrossedLoad(adapter.process().port(), over, 1)) {
            adapter.awaitPort();
            assertThatThrownBy(() -> load.run(5000)).hasStackTraceContaining("was answered 200");
        }
    }

    @Nested
    final class OverStdioInJson implements CrossedReplyContract, StdioJson {}

    @Nested
    @Tag("all")
    final class OverStdioInJsonRpc implements CrossedReplyContract, StdioJsonRpc {}

    /** With few places, so that most requests go together. */
    @Nested
    final class InBatches implements CrossedReplyContract, StdioJsonRpcBatches {
        @Override
        public int concurrency() {
            return 3;
        }
    }

    @Nested
    final class WithMergedInstances implements CrossedReplyContract, StdioJsonMerged {
        @Override
        public List<String> childWords() {
            return List.of("merged");
        }
    }

    @Nested
    final class WithNumberedReplies implements CrossedReplyContract, StdioJsonNumbered {}

    @Nested
    @Tag("all")
    final class OverSocketInJson implements CrossedReplyContract, SocketJson {}

    @Nested
    final class OverSocketInJsonRpc implements CrossedReplyContract, SocketJsonRpc {}
}
