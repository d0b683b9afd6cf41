package io.merlinadapter.os;

/**
 * What a child and all that it has started use.
 *
 * @param cpuNanos how long they have computed since the last look; never negative
 * @param residentBytes memory they hold; what they share counts for each of them
 * @param openFiles files, sockets and pipes they have open
 */
public record Usage(long cpuNanos, long residentBytes, long openFiles) {}
