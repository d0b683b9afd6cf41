package io.merlinadapter.worker;

/**
 * What a program takes: what it has said, or what is taken of that.
 *
 * @param lines that it may have at a time
 * @param most requests on a line
 * @param cancels whether it is told that nobody waits for an answer any more
 */
public record Ability(int lines, int most, boolean cancels) {}
