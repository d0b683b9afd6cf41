package io.merlinadapter.cli.config;

/** When a command line that Merlin split is put together again. */
public enum SplitMode {
    AUTO,
    NEVER,
    ALWAYS
}
