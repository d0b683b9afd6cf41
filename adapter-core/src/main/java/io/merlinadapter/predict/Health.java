package io.merlinadapter.predict;

/**
 * What the health routes answer.
 *
 * @param ready a prediction would be answered now
 * @param live the adapter is worth keeping alive
 * @param reason why it is not ready, in words for a person; empty when it is
 */
public record Health(boolean ready, boolean live, String reason) {
    public static final Health READY = new Health(true, true, "");

    public static Health notReady(String reason) {
        return new Health(false, true, reason);
    }

    public static Health dead(String reason) {
        return new Health(false, false, reason);
    }
}
