package io.merlinadapter.cli;

/** Over stdin and stdout, with bare JSON lines. */
interface StdioJson extends Supervision, Stdio, Json {}
