package io.merlinadapter.cli;

/** What channels beside stdin and stdout have beyond them, with bare JSON lines. */
@SideBySide
final class SocketJsonChannelIT implements SocketContract, ConnectContract, SocketJson {}
