package io.merlinadapter.worker;

import java.util.List;

/**
 * Why there is no hope that a worker will ever be ready.
 *
 * @param lastWords the last lines that the last child wrote to stderr
 */
public record GaveUp(String reason, List<String> lastWords) {}
