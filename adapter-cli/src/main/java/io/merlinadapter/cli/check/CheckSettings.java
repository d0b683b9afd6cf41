package io.merlinadapter.cli.check;

import io.merlinadapter.cli.config.Config;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is checked, and how thoroughly.
 *
 * @param config as the user has it, but for ports and the like
 * @param childEnvironment what is changed in it for the program
 * @param requests samples over HTTP; empty to look for one
 * @param upiRequests samples over UPI_V1, as JSON
 * @param notices of the configuration: what is done on the user's behalf
 * @param warnings of the configuration
 * @param fault why the program can't be started; null if nothing is known against it
 * @param quick whether to leave out speed, and do less of all else
 * @param strict whether a warning is a failure
 */
public record CheckSettings(
        Config config,
        Map<String, @Nullable String> childEnvironment,
        String searchPath,
        String program,
        List<Given> requests,
        List<Given> upiRequests,
        List<String> notices,
        List<String> warnings,
        @Nullable String fault,
        boolean quick,
        boolean strict) {

    /** A sample and where it comes from. */
    public record Given(String name, Buffer json) {}

    /** How to say it. */
    public record Output(boolean json, int width, boolean colours, boolean terminal) {}
}
