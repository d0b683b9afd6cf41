package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** What JSON-RPC has beyond bare lines, over stdin and stdout. */
@Timeout(120)
final class StdioJsonRpcFormatIT implements JsonRpcContract, StdioJsonRpc {}
