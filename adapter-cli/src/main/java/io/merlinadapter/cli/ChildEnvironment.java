package io.merlinadapter.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a child's environment differs from the one that the adapter was started with. */
final class ChildEnvironment {

    private ChildEnvironment() {}

    /** Name to value; a null value means that the child must not see the variable. */
    static Map<String, @Nullable String> changes(Settings settings, Map<String, String> env, ChildLocale locale) {
        Map<String, @Nullable String> changes = new LinkedHashMap<>();
        Settings.Model model = settings.model();
        changes.put(Setting.MODEL_NAME.variable(), model.name());
        changes.put(Setting.MODEL_VERSION.variable(), model.version());
        changes.put(Setting.MODEL_FULL_NAME.variable(), model.fullName());
        if (model.artifactLocation() != null
                && !model.artifactLocation().equals(env.get(Setting.ARTIFACT_LOCATION.variable()))) {
            changes.put(Setting.ARTIFACT_LOCATION.variable(), model.artifactLocation());
        }
        changes.put(
                Setting.HTTP_PORT.variable(), String.valueOf(settings.serving().httpPort()));
        changes.put(
                Setting.GRPC_PORT.variable(), String.valueOf(settings.serving().grpcPort()));
        if (!env.containsKey("PYTHONUNBUFFERED")) {
            // Python keeps lines back when its output is a pipe, and a reply kept back is a reply that never came.
            changes.put("PYTHONUNBUFFERED", "1");
        }
        String gateway = env.getOrDefault(Setting.PUSHGATEWAY_URL.variable(), "");
        if (gateway.indexOf('@') >= 0) {
            // Its login is the adapter's, which pushes; a program that pushes too has to get one of its own.
            changes.put(Setting.PUSHGATEWAY_URL.variable(), SafeText.addressAlone(gateway));
        }
        changes.put(Setting.JAVA_VARIABLE, null);
        changes.putAll(locale.changes());
        // Left over from an adapter that started this one; a worker gets its own.
        Setting.CHILD_VARIABLES.forEach(name -> changes.put(name, null));
        return Collections.unmodifiableMap(changes);
    }
}
