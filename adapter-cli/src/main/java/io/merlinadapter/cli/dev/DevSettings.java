package io.merlinadapter.cli.dev;

import io.merlinadapter.cli.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code dev} is to do.
 *
 * @param program its command line as people may see it
 * @param folders what is watched, with all below; none without reload
 * @param check the command line of a process that checks the program
 */
public record DevSettings(
        Config config,
        Map<String, @Nullable String> childEnvironment,
        String searchPath,
        String program,
        String version,
        List<Path> folders,
        List<String> check) {}
