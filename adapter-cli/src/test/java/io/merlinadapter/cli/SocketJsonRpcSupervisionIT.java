package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** The contract over a socket with JSON-RPC. */
@Timeout(120)
final class SocketJsonRpcSupervisionIT implements SupervisionContract, SocketJsonRpc {}
