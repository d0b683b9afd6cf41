package io.merlinadapter.cli.config;

/** What is done for a program that takes one request on a line. */
public enum BatchMode {
    /** Each goes on a line of its own. */
    NONE,
    /** The instances of several go as those of one. */
    INSTANCES
}
