package io.merlinadapter.worker;

/**
 * Why a worker ended, or never got ready. Callers hear the adapter's own words and nothing else: what a program says of itself
 * may hold its secrets, and paths and addresses are nobody's business outside. The log has all of it.
 *
 * @param told a sentence of the adapter's own, without its full stop
 * @param detail what the program or the system said; empty if nothing
 */
record Cause(String told, String detail) {
    /** A cause of which nothing is to be kept back. */
    static Cause of(String told) {
        return new Cause(told, "");
    }

    /** For answers and health, where nothing else names the log; {@link #told} where something does. */
    String forCallers() {
        return detail.isEmpty() ? told : told + " (see the adapter's log)";
    }

    /** For the log and the termination log. */
    String forLog() {
        return detail.isEmpty() ? told : told + ": " + detail;
    }
}
