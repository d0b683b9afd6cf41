package io.merlinadapter.upi.table;

import io.merlinadapter.memory.Body;

/**
 * A request in the program's words, and what its response will have to repeat. All of it is paid for from the budget until
 * {@link #release()}. Owned by one thread at a time.
 */
public final class UpiRequest {
    private final Body body;
    private final Echo echo;
    private boolean taken;

    UpiRequest(Body body, Echo echo) {
        this.body = body;
        this.echo = echo;
    }

    /** The JSON for the program, once: whoever takes it releases it. */
    public Body takeBody() {
        taken = true;
        return body;
    }

    /** The caller's prediction id, or the one that was made for it. */
    public String predictionId() {
        return echo.predictionId();
    }

    /** Lets everything go, the body too unless it was taken. Further calls do nothing. */
    public void release() {
        if (!taken) {
            takeBody().release();
        }
        echo.release();
    }

    Echo echo() {
        return echo;
    }
}
