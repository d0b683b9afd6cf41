package io.merlinadapter.cli;

/** What the lines to and from the program say. */
enum ProgramFormat {
    JSON,
    JSONRPC
}
