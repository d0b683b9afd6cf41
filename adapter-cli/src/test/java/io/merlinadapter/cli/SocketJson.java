package io.merlinadapter.cli;

/** Over a socket, with bare JSON lines. */
interface SocketJson extends Supervision, LocalSocket, Json {}
