package io.merlinadapter.cli;

/** What the channel can change of the contract, over a socket with bare JSON lines; all of it is in {@link AllWaysIT}. */
@SideBySide
final class SocketJsonSupervisionIT implements DeathContract, OutputContract, SocketJson {}
