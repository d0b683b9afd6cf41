package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.SocketJsonRpc;

/** What the channel can change of JSON-RPC, over a socket; all of it is in {@link AllWaysIT}. */
@SideBySide
final class SocketJsonRpcFormatIT implements JsonRpcStartContract, JsonRpcCancelContract, SocketJsonRpc {}
