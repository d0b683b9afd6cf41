package io.merlinadapter.worker;

import io.merlinadapter.os.Child;
import io.merlinadapter.os.ProcessTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples CPU, memory and open files of all children every few seconds, for the metrics; warns once where all could not hold as
 * much as the largest. Event loop only; what blocks is read off it, with one look at the process table for all.
 */
final class UsageSampler {
    private static final Logger LOG = LoggerFactory.getLogger(UsageSampler.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PoolResources resources;
    private final List<WorkerSlot> slots;
    private final ObjLongConsumer<Worker> memory;
    private boolean stopped;
    private boolean hasWarned;

    /**
     * One look.
     *
     * @param lacksRoom whether the container has no memory for all workers to hold as much as the largest
     */
    private record Sample(Map<Worker, Child.Usage> usages, boolean lacksRoom) {}

    /** @param memory is told how much memory each worker's processes hold, in bytes */
    UsageSampler(PoolResources resources, List<WorkerSlot> slots, ObjLongConsumer<Worker> memory) {
        this.resources = resources;
        this.slots = slots;
        this.memory = memory;
    }

    /** Takes the first sample soon: until then it seems as if the children held nothing. */
    void start() {
        resources.loop().after(FIRST, this::sample);
    }

    void stop() {
        stopped = true;
    }

    private void sample() {
        if (stopped) {
            return;
        }
        Map<Worker, Child> children = new LinkedHashMap<>();
        for (WorkerSlot slot : slots) {
            for (Worker worker : slot.workers()) {
                Child child = worker.child();
                if (child != null) {
                    children.put(worker, child);
                }
            }
        }
        resources
                .loop()
                .offLoop(() -> read(children))
                .onComplete((sample, failure) -> resources.loop().run(() -> {
                    if (sample == null) {
                        LOG.warn("what the workers use could not be read; please report this", failure);
                    } else {
                        report(sample.usages());
                        warnOfMemory(sample);
                    }
                    resources.loop().after(EVERY, this::sample);
                }));
    }

    private Sample read(Map<Worker, Child> children) {
        ProcessTable table = ProcessTable.read();
        Map<Worker, Child.Usage> usages = new LinkedHashMap<>();
        children.forEach((worker, child) -> usages.put(worker, child.usageSince(table)));
        long missing = slots.size() * largest(usages)
                - usages.values().stream().mapToLong(Child.Usage::residentBytes).sum();
        return new Sample(usages, missing > 0 && !resources.starter().hasRoomFor(missing));
    }

    private static long largest(Map<Worker, Child.Usage> usages) {
        return usages.values().stream()
                .mapToLong(Child.Usage::residentBytes)
                .max()
                .orElse(0);
    }

    private void warnOfMemory(Sample sample) {
        if (sample.lacksRoom() && !hasWarned) {
            hasWarned = true;
            LOG.warn(
                    "the container's memory limit is too small for {} workers: one holds {} MiB, and there is no room for"
                            + " all of them to hold as much; set fewer, or raise the limit",
                    slots.size(),
                    largest(sample.usages()) >> 20);
        }
    }

    private void report(Map<Worker, Child.Usage> usages) {
        for (WorkerSlot slot : slots) {
            long bytes = 0;
            long files = 0;
            for (Map.Entry<Worker, Child.Usage> entry : usages.entrySet()) {
                if (entry.getKey().number() == slot.number()) {
                    bytes += entry.getValue().residentBytes();
                    files += entry.getValue().openFiles();
                }
            }
            resources.metrics().childrenHold(slot.number(), bytes, files);
        }
        usages.forEach((worker, usage) -> {
            resources.metrics().childComputed(worker.number(), usage.cpuNanos());
            memory.accept(worker, usage.residentBytes());
        });
    }
}
