package io.merlinadapter.cli;

/** Over stdin and stdout, with JSON-RPC. */
interface StdioJsonRpc extends Supervision, Stdio, JsonRpc {}
