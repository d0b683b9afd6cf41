package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.SocketJsonRpc;

/** The contract over a socket with JSON-RPC. */
@SideBySide
final class SocketJsonRpcSupervisionIT implements SupervisionContract, SocketJsonRpc {}
