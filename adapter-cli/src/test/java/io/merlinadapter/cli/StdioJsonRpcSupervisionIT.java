package io.merlinadapter.cli;

/** The contract over stdin and stdout with JSON-RPC. */
@SideBySide
final class StdioJsonRpcSupervisionIT implements SupervisionContract, StdioJsonRpc {}
