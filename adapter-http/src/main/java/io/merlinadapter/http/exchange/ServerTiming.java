package io.merlinadapter.http.exchange;

import io.merlinadapter.predict.PredictCall.Timings;
import io.vertx.core.http.HttpHeaders;
import java.math.BigDecimal;

/** Where the time of a prediction went, as browsers' tools for developers show it (W3C Server Timing). */
final class ServerTiming {
    static final CharSequence HEADER = HttpHeaders.createOptimized("server-timing");

    private ServerTiming() {}

    /** As in {@code queue;dur=0.012, program;dur=1.420, adapter;dur=0.310}: milliseconds; the adapter's are all others. */
    static String of(Timings spent, long totalNanos) {
        long own = Math.max(0, totalNanos - spent.queueNanos() - spent.workerNanos());
        String worker = spent.hadWorker() ? ";desc=\"worker " + spent.worker() + '"' : "";
        return "queue;dur=" + millis(spent.queueNanos()) + ", program" + worker + ";dur=" + millis(spent.workerNanos())
                + ", adapter;dur=" + millis(own);
    }

    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1_000, 3);
    }
}
