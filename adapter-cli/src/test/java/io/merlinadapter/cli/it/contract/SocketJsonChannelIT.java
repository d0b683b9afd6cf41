package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.SocketJson;

/** What channels beside stdin and stdout have beyond them, with bare JSON lines. */
@SideBySide
final class SocketJsonChannelIT implements SocketContract, ConnectContract, SocketJson {}
