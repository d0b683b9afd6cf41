package io.merlinadapter.cli.run;

import io.merlinadapter.worker.Renewed;
import io.merlinadapter.worker.WorkerPool;
import io.vertx.core.Future;
import java.util.List;

/** The program that an adapter runs, as those deal with it who write or check it. Any thread; its futures complete on the workers' loop. */
public final class RunningProgram {
    private final Adapter adapter;

    RunningProgram(Adapter adapter) {
        this.adapter = adapter;
    }

    /** As {@link WorkerPool#renew}. */
    public Future<Renewed> renew(String why) {
        return adapter.renew(why);
    }

    /** What it does now. */
    public Future<Look> look() {
        return adapter.look();
    }

    /**
     * The program at one moment.
     *
     * @param queued requests that wait for a worker
     */
    public record Look(int queued, List<WorkerPool.View> workers) {}
}
