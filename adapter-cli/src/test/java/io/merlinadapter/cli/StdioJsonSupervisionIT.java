package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** The contract over stdin and stdout with bare JSON lines. */
@Timeout(120)
final class StdioJsonSupervisionIT implements SupervisionContract, StdioJson {}
