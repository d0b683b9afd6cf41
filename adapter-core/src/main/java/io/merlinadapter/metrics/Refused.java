package io.merlinadapter.metrics;

import io.merlinadapter.metrics.ChildReports.Drop;

/** Something that a child reported can't be counted; the message is a sentence that begins with "it". */
final class Refused extends Exception {
    private final Drop reason;

    Refused(Drop reason, String why) {
        // There may be thousands a second.
        super(why, null, false, false);
        this.reason = reason;
    }

    Drop reason() {
        return reason;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
