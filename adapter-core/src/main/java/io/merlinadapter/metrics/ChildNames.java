package io.merlinadapter.metrics;

import io.merlinadapter.metrics.ChildReports.Drop;
import io.merlinadapter.protocol.ChildSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every name that a family has on the page, in either format, belongs to one family: a page on which one is there twice
 * is refused by Prometheus as a whole. Guarded by its owner.
 */
final class ChildNames {
    /** How everything begins that does not come from a child. */
    static final List<String> RESERVED = List.of("adapter_", "jvm_", "process_", "system_");

    private static final String TOTAL = "_total";

    private final Map<String, String> owners = new HashMap<>();

    /** A counter is shown with its suffix, given or not, and known to OpenMetrics without it. */
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

    /** Makes sure that a family may have this name. */
    void check(String name, ChildSample.Type type) throws Refused {
        for (String prefix : RESERVED) {
            if ((name + '_').startsWith(prefix)) {
                throw new Refused(
                        Drop.CLASH,
                        "its name begins with " + prefix + ", as the adapter's own do; call it something else");
            }
        }
        for (String one : shown(name, type)) {
            String owner = owners.get(one);
            if (owner != null) {
                throw new Refused(
                        Drop.CLASH,
                        "it would show as " + one + ", and so does its \"" + owner + "\"; call one something else");
            }
        }
    }

    /** Gives a family its names. */
    void claim(String name, ChildSample.Type type) {
        shown(name, type).forEach(one -> owners.put(one, name));
    }

    /** The family is no more. */
    void release(String name, ChildSample.Type type) {
        shown(name, type).forEach(owners::remove);
    }
}
