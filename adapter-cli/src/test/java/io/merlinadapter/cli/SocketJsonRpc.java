package io.merlinadapter.cli;

/** Over a socket, with JSON-RPC. */
interface SocketJsonRpc extends Supervision, LocalSocket, JsonRpc {}
