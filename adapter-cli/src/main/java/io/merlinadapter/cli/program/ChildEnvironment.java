package io.merlinadapter.cli.program;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.text.SafeText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a child's environment differs from the one that the adapter was started with. */
public final class ChildEnvironment {

    /** Where languages look for what is neither theirs nor beside the program, and which of the helpers they find there. */
    private static final Map<String, String> SEARCHED = Map.of("PYTHONPATH", "python", "NODE_PATH", "node");

    private ChildEnvironment() {}

    /** The folder of helpers for programs that the launcher has found beside it; null if this Java was started otherwise. */
    public static @Nullable Path deliveredHelpers() {
        String home = System.getProperty("io.merlinadapter.home");
        return home == null ? null : Path.of(home, "helpers");
    }

    /**
     * Name to value; a null value means that the child must not see the variable.
     *
     * @param helpers null where there are none
     */
    public static Map<String, @Nullable String> changes(
            Config config, Map<String, String> env, ChildLocale locale, @Nullable Path helpers) {
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        changes.put(Options.MODEL_NAME.variable(), config.get(Options.MODEL_NAME));
        changes.put(Options.MODEL_VERSION.variable(), config.get(Options.MODEL_VERSION));
        changes.put(Options.MODEL_FULL_NAME.variable(), config.get(Options.MODEL_FULL_NAME));
        config.get(Options.ARTIFACT_LOCATION)
                .filter(location -> !location.equals(env.get(Options.ARTIFACT_LOCATION.variable())))
                .ifPresent(location -> changes.put(Options.ARTIFACT_LOCATION.variable(), location));
        changes.put(Options.HTTP_PORT.variable(), String.valueOf(config.get(Options.HTTP_PORT)));
        changes.put(Options.GRPC_PORT.variable(), String.valueOf(config.get(Options.GRPC_PORT)));
        if (!env.containsKey("PYTHONUNBUFFERED")) {
            // Python keeps lines back when its output is a pipe, and a reply kept back is a reply that never came.
            changes.put("PYTHONUNBUFFERED", "1");
        }
        if (helpers != null) {
            SEARCHED.forEach((variable, language) ->
                    addLast(changes, env.getOrDefault(variable, ""), variable, helpers.resolve(language)));
        }
        String gateway = env.getOrDefault(Options.PUSHGATEWAY_URL.variable(), "");
        if (gateway.indexOf('@') >= 0) {
            // Its login is the adapter's, which pushes; a program that pushes too has to get one of its own.
            changes.put(Options.PUSHGATEWAY_URL.variable(), SafeText.addressAlone(gateway));
        }
        changes.put(Options.JAVA_VARIABLE, null);
        changes.putAll(locale.changes());
        // Left over from an adapter that started this one; a worker gets its own.
        Options.CHILD_VARIABLES.forEach(name -> changes.put(name, null));
        return Collections.unmodifiableMap(changes);
    }

    /** Adds a folder behind those that are searched already. A colon in its name would make two of it. */
    private static void addLast(Map<String, @Nullable String> changes, String searched, String variable, Path folder) {
        String own = folder.toString();
        if (Files.isDirectory(folder)
                && own.indexOf(':') < 0
                && !List.of(searched.split(":", -1)).contains(own)) {
            changes.put(variable, searched.isEmpty() ? own : searched + ":" + own);
        }
    }
}
