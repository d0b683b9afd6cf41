package io.merlinadapter.os;

/**
 * Where a child's two outputs go; each sink is called on a thread of its own.
 *
 * @param stdout gets the bytes of stdout
 * @param stderr gets the bytes of stderr
 */
public record ChildStreams(ByteSink stdout, ByteSink stderr) {}
