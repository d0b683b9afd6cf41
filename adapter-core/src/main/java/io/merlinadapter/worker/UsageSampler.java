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
 * Looks every few seconds at what the children use of the machine, and tells the metrics of it. For the loop; looks off it,
 * with one reading of the process table for all.
 */
final class UsageSampler {
    private static final Logger log = LoggerFactory.getLogger(UsageSampler.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PoolResources parts;
    private final List<WorkerSlot> seats;
    private final ObjLongConsumer<Worker> weighed;
    private boolean stopped;

    /** @param weighed is told how much memory each worker holds, in bytes */
    UsageSampler(PoolResources parts, List<WorkerSlot> seats, ObjLongConsumer<Worker> weighed) {
        this.parts = parts;
        this.seats = seats;
        this.weighed = weighed;
    }

    /** Looks for the first time soon: until then it seems as if the children held nothing. */
    void begin() {
        parts.loop().after(FIRST, this::look);
    }

    void stop() {
        stopped = true;
    }

    private void look() {
        if (stopped) {
            return;
        }
        Map<Worker, Child> children = new LinkedHashMap<>();
        for (WorkerSlot seat : seats) {
            for (Worker worker : seat.workers()) {
                Child child = worker.signs().child();
                if (child != null) {
                    children.put(worker, child);
                }
            }
        }
        parts.loop()
                .offLoop(() -> read(children))
                .onComplete((usages, failure) -> parts.loop().run(() -> {
                    if (usages == null) {
                        log.warn("what the workers use could not be read; please report this", failure);
                    } else {
                        tell(usages);
                    }
                    parts.loop().after(EVERY, this::look);
                }));
    }

    private static Map<Worker, Child.Usage> read(Map<Worker, Child> children) {
        ProcessTable table = ProcessTable.read();
        Map<Worker, Child.Usage> usages = new LinkedHashMap<>();
        children.forEach((worker, child) -> usages.put(worker, child.usageSince(table)));
        return usages;
    }

    private void tell(Map<Worker, Child.Usage> usages) {
        for (WorkerSlot seat : seats) {
            long bytes = 0;
            long files = 0;
            for (Map.Entry<Worker, Child.Usage> entry : usages.entrySet()) {
                if (entry.getKey().number() == seat.number()) {
                    bytes += entry.getValue().residentBytes();
                    files += entry.getValue().openFiles();
                }
            }
            parts.metrics().childrenHold(seat.number(), bytes, files);
        }
        usages.forEach((worker, usage) -> {
            parts.metrics().childComputed(worker.number(), usage.cpuNanos());
            weighed.accept(worker, usage.residentBytes());
        });
    }
}
