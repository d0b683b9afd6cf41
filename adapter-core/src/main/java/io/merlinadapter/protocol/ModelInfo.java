package io.merlinadapter.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a program is told about the model that it is.
 *
 * @param artifactLocation folder with the model's files; null where there is none
 */
public record ModelInfo(
        String name,
        String version,
        String fullName,
        @Nullable String artifactLocation) {}
