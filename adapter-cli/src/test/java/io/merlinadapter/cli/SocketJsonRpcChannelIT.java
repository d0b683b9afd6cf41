package io.merlinadapter.cli;

/** What channels beside stdin and stdout have beyond them, with JSON-RPC. */
@SideBySide
final class SocketJsonRpcChannelIT implements SocketContract, ConnectContract, SocketJsonRpc {}
