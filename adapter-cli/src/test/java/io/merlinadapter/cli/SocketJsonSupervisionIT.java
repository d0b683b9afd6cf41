package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** The contract over a socket with bare JSON lines. */
@Timeout(120)
final class SocketJsonSupervisionIT implements SupervisionContract, SocketJson {}
