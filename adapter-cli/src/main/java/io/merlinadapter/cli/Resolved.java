package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.program.ChildEnvironment;
import io.merlinadapter.trace.TraceSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration without faults. Immutable.
 *
 * @param notices what was done on the user's behalf, to be logged at info
 * @param warnings what is allowed but probably not meant, to be logged at warn
 * @param childEnvironment see {@link ChildEnvironment}
 * @param putTogether that the arguments were put together again, which any later fault may come from; null if they were not
 * @param traces where traces go; null if none are asked for
 */
public record Resolved(
        Config config,
        List<String> notices,
        List<String> warnings,
        Map<String, @Nullable String> childEnvironment,
        @Nullable String putTogether,
        @Nullable TraceSettings traces) {}
