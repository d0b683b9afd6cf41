package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** The contract over stdin and stdout with JSON-RPC. */
@Timeout(120)
final class StdioJsonRpcSupervisionIT implements SupervisionContract, StdioJsonRpc {}
