package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** What JSON-RPC has beyond bare lines, over a socket. */
@Timeout(120)
final class SocketJsonRpcFormatIT implements JsonRpcContract, SocketJsonRpc {}
