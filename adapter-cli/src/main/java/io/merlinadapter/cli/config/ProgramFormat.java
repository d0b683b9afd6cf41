package io.merlinadapter.cli.config;

/** What the lines to and from the program say. */
public enum ProgramFormat {
    JSON,
    JSONRPC
}
