package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.SocketJson;
import io.merlinadapter.cli.it.support.SocketJsonRpc;
import io.merlinadapter.cli.it.support.StdioJsonMerged;
import io.merlinadapter.cli.it.support.StdioJsonNumbered;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.StdioJsonRpcBatches;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The contracts over the ways to a child that {@code make test} leaves out, batches among them: of the four, the two that differ most,
 * {@link StdioJsonSupervisionIT} and {@link SocketJsonRpcSupervisionIT}, are always run in full.
 */
@SideBySide
@Tag("all")
final class AllWaysIT {
    @Nested
    @SideBySide
    final class OverStdioInJsonRpc implements SupervisionContract, StdioJsonRpc {}

    @Nested
    @SideBySide
    final class OverStdioInBatches implements SupervisionContract, StdioJsonRpcBatches {}

    @Nested
    @SideBySide
    final class WithMergedInstances implements SupervisionContract, StdioJsonMerged {}

    @Nested
    @SideBySide
    final class WithNumberedReplies implements SupervisionContract, StdioJsonNumbered {}

    @Nested
    @SideBySide
    final class OverSocketInJson implements SupervisionContract, SocketJson {}

    @Nested
    @SideBySide
    final class JsonRpcOverSocket implements JsonRpcContract, SocketJsonRpc {}
}
