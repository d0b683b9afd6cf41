package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks for variables that were meant for us and would have no effect. */
final class Variables {

    /** No fault, because Kubernetes may set it: for a Service called adapter. */
    private static final String PORT = Options.PREFIX + "PORT";

    /** Of names that the adapter shares with others. */
    private static final List<String> SHARED_PREFIXES = List.of("CARAML_", "PUSHGATEWAY_");

    private static final List<String> BARE = List.of(Options.WORKERS.variable(), Options.LOG_LEVEL.variable());

    /** Read or set by other parts of Merlin, and not meant for us. */
    private static final Set<String> OTHERS =
            Set.of("CARAML_PROJECT", "CARAML_MODEL_SCHEMA", "CARAML_DISABLE_LIVENESS_PROBE", "CARAML_ENVIRONMENT");

    private static final Set<String> KNOWN = known();
    private static final Map<String, String> MEANT = meant();

    private Variables() {}

    /**
     * Reports what is close to one of our names as a fault.
     *
     * @return warnings of the others that have no effect
     */
    static List<String> check(Map<String, String> env, Faults faults) {
        Set<String> unknown = new TreeSet<>();
        env.forEach((name, value) -> {
            if (name.startsWith(Options.PREFIX) && !KNOWN.contains(name)) {
                unknown.add(name);
            }
        });
        unknown.removeIf(name -> {
            String meant = isServiceLink(name, env.getOrDefault(name, "")) ? null : suggestion(name);
            if (meant != null) {
                faults.add("the variable " + name + " is unknown; did you mean " + meant + "?");
            }
            return meant != null;
        });
        List<String> warnings = new ArrayList<>();
        if (!env.getOrDefault(Options.WORKER_VARIABLE, "").isEmpty()) {
            // No fault: an adapter that is the program of another one has inherited it.
            warnings.add(Options.WORKER_VARIABLE + " is set by the adapter for its program; did you mean "
                    + Options.WORKERS.variable() + "?");
        }
        if (unknown.contains(PORT) && !isServiceLink(PORT, env.getOrDefault(PORT, ""))) {
            unknown.remove(PORT);
            warnings.add(PORT + " is unknown and has no effect; did you mean " + Options.HTTP_PORT.variable() + "?");
        }
        if (!unknown.isEmpty()) {
            warnings.add("unknown variables, which have no effect: " + String.join(", ", unknown));
        }
        warnings.addAll(misspelt(env));
        Set<String> pyfuncs = new TreeSet<>(env.keySet());
        pyfuncs.removeIf(name -> !isPyfuncs(name) || env.getOrDefault(name, "").isEmpty());
        if (!pyfuncs.isEmpty()) {
            warnings.add("variables of Merlin's pyfunc server, which the adapter does not read: "
                    + String.join(", ", pyfuncs));
        }
        return warnings;
    }

    /** Warnings of what is close to one of our names that lacks our prefix; no faults, because it may be somebody else's. */
    private static List<String> misspelt(Map<String, String> env) {
        List<String> warnings = new ArrayList<>();
        for (String name : new TreeSet<>(env.keySet())) {
            String value = env.getOrDefault(name, "");
            boolean isOurs = name.startsWith(Options.PREFIX) || KNOWN.contains(name) || OTHERS.contains(name);
            String meant = value.isEmpty() || isOurs || isServiceLink(name, value) ? null : meantByBare(name);
            // A program may well have a WORKER of its own beside our WORKERS.
            if (meant != null && !(BARE.contains(meant) && env.containsKey(meant))) {
                warnings.add(name + " is unknown and has no effect; did you mean " + meant + "?");
            }
        }
        return warnings;
    }

    private static @Nullable String meantByBare(String name) {
        for (String prefix : SHARED_PREFIXES) {
            if (name.startsWith(prefix)) {
                String exact = MEANT.getOrDefault(name, MEANT.get(name.substring(prefix.length())));
                return exact != null ? exact : Suggestions.closest(name, withPrefix(prefix));
            }
        }
        // One letter only: the whole environment is looked at.
        return BARE.stream()
                .filter(bare -> name.equalsIgnoreCase(bare)
                        || (Math.abs(name.length() - bare.length()) <= 1 && Suggestions.distance(name, bare) == 1))
                .findFirst()
                .orElse(null);
    }

    private static List<String> withPrefix(String prefix) {
        return KNOWN.stream().filter(known -> known.startsWith(prefix)).sorted().toList();
    }

    /** Read by Merlin's pyfunc server, and by nothing here: who moves from there might count on it. */
    private static boolean isPyfuncs(String name) {
        return name.equals("GRPC_OPTIONS") || name.equals("GRPC_CONCURRENCY") || name.startsWith("PUBLISHER_");
    }

    private static @Nullable String suggestion(String name) {
        String closest = Suggestions.closest(name.substring(Options.PREFIX.length()), MEANT.keySet());
        return closest == null ? null : MEANT.get(closest);
    }

    /**
     * Whether Kubernetes made it: for a Service called adapter-x it sets ADAPTER_X_SERVICE_HOST, ADAPTER_X_PORT_80_TCP and
     * the like in every pod of the namespace, which nobody can be blamed for.
     */
    private static boolean isServiceLink(String name, String value) {
        return name.endsWith("_SERVICE_HOST")
                || name.endsWith("_SERVICE_PORT")
                || name.contains("_SERVICE_PORT_")
                || (name.endsWith("_PORT") && value.contains("://"))
                || name.matches(".*_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?");
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(Options.CHILD_VARIABLES);
        known.add(Options.COMMAND_VARIABLE);
        known.add(Options.JAVA_VARIABLE);
        for (Option<?> option : Options.all()) {
            known.add(option.variable());
        }
        return known;
    }

    /** Without the prefix: what one may have tried to write, and the variable it stands for. */
    private static Map<String, String> meant() {
        Map<String, String> meant = new HashMap<>();
        meant.put("COMMAND", Options.COMMAND_VARIABLE);
        meant.put("JAVA_OPTS", Options.JAVA_VARIABLE);
        for (Option<?> option : Options.all()) {
            // Also where the real name lacks our prefix: ADAPTER_WORKERS is an easy guess for WORKERS.
            meant.put(option.constant(), option.variable());
        }
        return meant;
    }
}
