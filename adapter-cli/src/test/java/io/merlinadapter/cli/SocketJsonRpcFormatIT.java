package io.merlinadapter.cli;

/** What the channel can change of JSON-RPC, over a socket; all of it is in {@link AllWaysIT}. */
@SideBySide
final class SocketJsonRpcFormatIT implements JsonRpcStartContract, JsonRpcCancelContract, SocketJsonRpc {}
