package io.merlinadapter.cli;

/** The contract over a socket with JSON-RPC. */
@SideBySide
final class SocketJsonRpcSupervisionIT implements SupervisionContract, SocketJsonRpc {}
