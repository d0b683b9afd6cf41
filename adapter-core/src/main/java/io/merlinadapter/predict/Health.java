package io.merlinadapter.predict;

/**
 * The health of the adapter, as the health routes report it.
 *
 * @param ready true if predictions are served now
 * @param live false if the adapter should be restarted
 * @param reason why it is not ready, for people; empty if it is ready
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
