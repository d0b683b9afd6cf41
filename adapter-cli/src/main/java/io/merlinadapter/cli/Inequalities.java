package io.merlinadapter.cli;

import static io.merlinadapter.cli.Setting.*;

/** The rules between settings. Each is judged only where the values it compares are good by themselves. */
final class Inequalities {

    private final SettingReader reader;
    private final Faults faults;
    private final long maxHeap;

    /** @param maxHeap the most bytes that the Java heap may take */
    Inequalities(SettingReader reader, Faults faults, long maxHeap) {
        this.reader = reader;
        this.faults = faults;
        this.maxHeap = maxHeap;
    }

    void check(Settings settings) {
        budgetHoldsTwo(settings.limits());
        budgetFitsHeap(settings.limits().memoryBudget());
    }

    private void budgetHoldsTwo(Settings.Limits limits) {
        Setting largest = limits.maxBody() >= limits.maxReply() ? MAX_BODY : MAX_REPLY;
        long needed = 2L * Math.max(limits.maxBody(), limits.maxReply());
        if (faults.none(MEMORY_BUDGET, MAX_BODY, MAX_REPLY) && limits.memoryBudget() < needed) {
            faults.add(mention(MEMORY_BUDGET) + " must hold two of " + mention(largest) + "; expected at least "
                    + Amounts.show(needed) + "; raise " + MEMORY_BUDGET.flag() + " or lower " + largest.flag());
        }
    }

    private void budgetFitsHeap(long memoryBudget) {
        if (faults.none(MEMORY_BUDGET) && memoryBudget > maxHeap / 2) {
            // The virtual machine keeps a part of -Xmx for itself, so exactly twice the budget would not be enough.
            long mebibytes = memoryBudget / (1 << 20) * 5 / 2 + 1;
            faults.add(mention(MEMORY_BUDGET) + " must fit into half of the Java heap (" + (maxHeap >> 20)
                    + "MiB); lower " + MEMORY_BUDGET.flag() + " or set the variable " + JAVA_VARIABLE + "=-Xmx"
                    + mebibytes + "m");
        }
    }

    private String mention(Setting setting) {
        return reader.given(setting).mention();
    }
}
