package io.merlinadapter.cli;

/** The contract over a socket with bare JSON lines. */
@SideBySide
final class SocketJsonSupervisionIT implements SupervisionContract, SocketJson {}
