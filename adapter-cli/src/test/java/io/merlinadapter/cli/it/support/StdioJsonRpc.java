package io.merlinadapter.cli.it.support;

/** Over stdin and stdout, with JSON-RPC. */
public interface StdioJsonRpc extends Supervision, Stdio, JsonRpc {}
