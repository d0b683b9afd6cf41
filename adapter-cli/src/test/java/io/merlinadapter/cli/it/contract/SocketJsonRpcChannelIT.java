package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.SocketJsonRpc;

/** What channels beside stdin and stdout have beyond them, with JSON-RPC. */
@SideBySide
final class SocketJsonRpcChannelIT implements SocketContract, ConnectContract, SocketJsonRpc {}
