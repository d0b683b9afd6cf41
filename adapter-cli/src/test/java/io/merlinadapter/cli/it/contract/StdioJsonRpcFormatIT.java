package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.StdioJsonRpc;

/** What JSON-RPC has beyond bare lines, over stdin and stdout. */
@SideBySide
final class StdioJsonRpcFormatIT implements JsonRpcContract, StdioJsonRpc {}
