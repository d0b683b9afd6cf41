package io.merlinadapter.cli.it.contract;

import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.StdioJson;

/** The contract over stdin and stdout with bare JSON lines. */
@SideBySide
final class StdioJsonSupervisionIT implements SupervisionContract, StdioJson {}
