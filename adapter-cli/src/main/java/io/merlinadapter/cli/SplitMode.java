package io.merlinadapter.cli;

/** When a command line that Merlin split is put together again. */
enum SplitMode {
    AUTO,
    NEVER,
    ALWAYS
}
