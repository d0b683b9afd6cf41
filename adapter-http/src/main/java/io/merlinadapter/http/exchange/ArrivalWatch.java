package io.merlinadapter.http.exchange;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a timer to requests whose body did not come with their headers. Nearly all bodies do, and are complete when the
 * loop has finished what it was reading; a task behind that reading, one for all of its requests, finds the others.
 * Belongs to one event loop.
 */
final class ArrivalWatch {
    private final Context context;
    private final Handler<Void> look = this::look;
    private final List<Arrival> arriving = new ArrayList<>();

    ArrivalWatch(Context context) {
        this.context = context;
    }

    void add(Arrival body) {
        arriving.add(body);
        if (arriving.size() == 1) {
            context.runOnContext(look);
        }
    }

    private void look(Void nothing) {
        for (Arrival body : arriving) {
            body.startDeadline();
        }
        arriving.clear();
    }
}
