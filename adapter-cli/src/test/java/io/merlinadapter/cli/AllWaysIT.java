package io.merlinadapter.cli;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The whole contracts over the ways to a child for which {@code make test} runs only what could differ there. The other two,
 * {@link StdioJsonSupervisionIT} and {@link SocketJsonRpcSupervisionIT}, differ most and are always run in full.
 */
@SideBySide
@Tag("all")
final class AllWaysIT {
    @Nested
    @SideBySide
    final class OverStdioInJsonRpc implements SupervisionContract, StdioJsonRpc {}

    @Nested
    @SideBySide
    final class OverSocketInJson implements SupervisionContract, SocketJson {}

    @Nested
    @SideBySide
    final class JsonRpcOverSocket implements JsonRpcContract, SocketJsonRpc {}
}
