package io.merlinadapter.cli;

/** What JSON-RPC has beyond bare lines, over stdin and stdout. */
@SideBySide
final class StdioJsonRpcFormatIT implements JsonRpcContract, StdioJsonRpc {}
