package io.merlinadapter.cli.it.support;

/** Over a socket, with JSON-RPC. */
public interface SocketJsonRpc extends Supervision, LocalSocket, JsonRpc {}
