package io.merlinadapter.metrics.child;

import java.util.List;

/**
 * One message in which a child reports what it has counted and measured.
 *
 * @param samples the usable ones
 * @param faults what is wrong with the first of the others
 * @param unusable the number of all others
 */
public record ChildReport(List<ChildSample> samples, List<Fault> faults, int unusable) {
    public ChildReport {
        samples = List.copyOf(samples);
        faults = List.copyOf(faults);
    }

    /**
     * Why a sample can't be used.
     *
     * @param metric its name; empty if it has none
     * @param why a sentence that begins with "it"
     */
    public record Fault(String metric, String why) {}
}
