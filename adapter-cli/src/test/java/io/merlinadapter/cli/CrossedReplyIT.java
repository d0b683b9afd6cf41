package io.merlinadapter.cli;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Every answer reaches the caller it is for, over every channel in every format. */
@Isolated
@Timeout(3600)
final class CrossedReplyIT {
    @Nested
    final class OverStdioInJson implements CrossedReplyContract, StdioJson {}

    @Nested
    final class OverStdioInJsonRpc implements CrossedReplyContract, StdioJsonRpc {}

    @Nested
    final class OverSocketInJson implements CrossedReplyContract, SocketJson {}

    @Nested
    final class OverSocketInJsonRpc implements CrossedReplyContract, SocketJsonRpc {}
}
