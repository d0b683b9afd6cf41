package io.merlinadapter.os;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for what may wait, one task after the other; there is none while there is nothing to do. */
public final class ThreadOnNeed {
    /** It ends after this, so that what is over leaves none behind; a new one costs little. */
    private static final long IDLE_SECONDS = 2;

    private ThreadOnNeed() {}

    /** One whose thread has this name, and keeps no process alive. */
    public static Executor named(String name) {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }
}
