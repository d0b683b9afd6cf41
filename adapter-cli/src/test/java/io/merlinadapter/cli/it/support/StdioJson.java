package io.merlinadapter.cli.it.support;

/** Over stdin and stdout, with bare JSON lines. */
public interface StdioJson extends Supervision, Stdio, Json {}
