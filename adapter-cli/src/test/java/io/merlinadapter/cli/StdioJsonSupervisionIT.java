package io.merlinadapter.cli;

/** The contract over stdin and stdout with bare JSON lines. */
@SideBySide
final class StdioJsonSupervisionIT implements SupervisionContract, StdioJson {}
