package io.merlinadapter.cli;

/** What JSON-RPC has beyond bare lines, over a socket. */
@SideBySide
final class SocketJsonRpcFormatIT implements JsonRpcContract, SocketJsonRpc {}
