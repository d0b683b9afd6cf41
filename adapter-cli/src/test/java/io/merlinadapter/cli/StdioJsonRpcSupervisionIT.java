package io.merlinadapter.cli;

/** What the format can change of the contract, over stdin and stdout with JSON-RPC; all of it is in {@link AllWaysIT}. */
@SideBySide
final class StdioJsonRpcSupervisionIT implements DeathContract, OutputContract, StdioJsonRpc {}
