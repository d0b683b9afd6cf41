package io.merlinadapter.upi.payload;

import io.merlinadapter.memory.Body;

/**
 * A request in the program's words, and what its response will have to repeat. All of it is paid for from the budget until
 * {@link #release()}. Owned by one thread at a time.
 */
public final class UpiRequest {
    /** The program was shown no table whose rows a reply would have to match. */
    static final int ANY_NUMBER = -1;

    private final Body body;
    private final Kept kept;
    private final Purse purse;
    private boolean taken;

    UpiRequest(Body body, Kept kept, Purse purse) {
        this.body = body;
        this.kept = kept;
        this.purse = purse;
    }

    /** The JSON for the program, once: whoever takes it releases it. */
    public Body takeBody() {
        taken = true;
        return body;
    }

    /** The caller's prediction id, or the one that was made for it. */
    public String predictionId() {
        return kept.predictionId();
    }

    /** Lets everything go, the body too unless it was taken. Further calls do nothing. */
    public void release() {
        if (!taken) {
            takeBody().release();
        }
        purse.close();
    }

    Kept kept() {
        return kept;
    }

    /**
     * What the response repeats.
     *
     * @param rowIds of the prediction table, in order
     * @param rows how many predictions there must be, or {@link #ANY_NUMBER}
     * @param words the texts below, by their indexes
     */
    record Kept(String predictionId, Texts rowIds, int rows, Texts words) {
        /** The prediction context, as fields of the response. */
        static final int CONTEXT = 0;

        static final int TARGET_NAME = 1;
        static final int TABLE_NAME = 2;
    }
}
