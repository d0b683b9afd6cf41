package io.merlinadapter.cli;

import org.junit.jupiter.api.Timeout;

/** The soak of faults over stdin and stdout with bare JSON lines. */
@Timeout(3600)
final class FaultSoakIT implements FaultSoakContract, StdioJson {}
