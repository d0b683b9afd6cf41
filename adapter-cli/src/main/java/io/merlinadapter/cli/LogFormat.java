package io.merlinadapter.cli;

/** How a line of the log is written. */
enum LogFormat {
    TEXT,
    JSON
}
