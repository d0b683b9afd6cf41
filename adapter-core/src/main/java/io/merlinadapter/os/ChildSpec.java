package io.merlinadapter.os;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param command the program and its arguments; no shell is involved
 * @param environment added to the adapter's own environment; a null value removes a variable
 * @param name for threads and logs, such as {@code worker-0}
 * @param streams where its outputs go
 */
public record ChildSpec(
        List<String> command, Map<String, @Nullable String> environment, String name, ChildStreams streams) {}
