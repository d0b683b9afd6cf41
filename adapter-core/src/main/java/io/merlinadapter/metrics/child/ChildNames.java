package io.merlinadapter.metrics.child;

import io.merlinadapter.metrics.child.ChildReports.Drop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that each family occupies on the page, in both formats. No two families may share one: Prometheus refuses a
 * whole page on which a name occurs twice. Guarded by its owner.
 */
final class ChildNames {
    /** The prefixes of the adapter's own metrics. */
    static final List<String> RESERVED = List.of("adapter_", "jvm_", "process_", "system_");

    private static final String TOTAL = "_total";

    private final Map<String, String> owners = new HashMap<>();

    /** A counter always has its suffix on the page, but OpenMetrics names the family without it. */
    private static String base(String name, ChildSample.Type type) {
        boolean suffixed = type == ChildSample.Type.COUNTER && name.endsWith(TOTAL);
        return suffixed ? name.substring(0, name.length() - TOTAL.length()) : name;
    }

    private static List<String> shown(String name, ChildSample.Type type) {
        String base = base(name, type);
        return switch (type) {
            case COUNTER -> List.of(base, base + TOTAL, base + "_created");
            case GAUGE -> List.of(base);
            case HISTOGRAM -> List.of(base, base + "_bucket", base + "_count", base + "_sum", base + "_created");
        };
    }

    /** Throws if the name, or one that follows from it, belongs to another family or to the adapter. */
    void check(String name, ChildSample.Type type) throws DropException {
        for (String prefix : RESERVED) {
            if ((name + '_').startsWith(prefix)) {
                throw new DropException(
                        Drop.CLASH,
                        "its name begins with " + prefix + ", which is reserved for the adapter; rename it");
            }
        }
        for (String one : shown(name, type)) {
            String owner = owners.get(one);
            if (owner != null) {
                throw new DropException(
                        Drop.CLASH,
                        "it would be shown as " + one + ", as is its \"" + owner + "\"; rename one of them");
            }
        }
    }

    /** Reserves the names of a family. */
    void claim(String name, ChildSample.Type type) {
        shown(name, type).forEach(one -> owners.put(one, name));
    }

    /** Frees the names of a family. */
    void release(String name, ChildSample.Type type) {
        shown(name, type).forEach(owners::remove);
    }
}
