package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SocketJson;
import io.merlinadapter.cli.it.support.SocketJsonRpc;
import io.merlinadapter.cli.it.support.StdioJson;
import io.merlinadapter.cli.it.support.StdioJsonMerged;
import io.merlinadapter.cli.it.support.StdioJsonNumbered;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.StdioJsonRpcBatches;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The soak of faults, over every channel in every format: {@code make test} has two, {@code make test-all} all. */
@Isolated
@Timeout(3600)
final class FaultSoakIT {
    private static final String[] BUSY = {"concurrency=8", "cancel"};

    @Nested
    @Tag("all")
    final class OverStdioInJson implements FaultSoakContract, StdioJson {}

    @Nested
    @Tag("all")
    final class OverStdioInJsonRpc implements FaultSoakContract, StdioJsonRpc {
        @Override
        public String[] vices() {
            return BUSY;
        }
    }

    @Nested
    @Tag("all")
    final class InBatches implements FaultSoakContract, StdioJsonRpcBatches {
        @Override
        public String[] vices() {
            return BUSY;
        }
    }

    @Nested
    final class WithMergedInstances implements FaultSoakContract, StdioJsonMerged {}

    @Nested
    final class WithNumberedReplies implements FaultSoakContract, StdioJsonNumbered {}

    @Nested
    @Tag("all")
    final class OverSocketInJson implements FaultSoakContract, SocketJson {}

    @Nested
    final class OverSocketInJsonRpc implements FaultSoakContract, SocketJsonRpc {
        @Override
        public String[] vices() {
            return BUSY;
        }
    }
}
