package io.merlinadapter.cli.it.support;

/** Over a socket, with bare JSON lines. */
public interface SocketJson extends Supervision, LocalSocket, Json {}
