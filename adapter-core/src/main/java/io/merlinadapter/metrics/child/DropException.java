package io.merlinadapter.metrics.child;

/** A sample can't be counted. The message is a sentence that begins with "it". */
final class DropException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ChildReports.Drop reason;

    DropException(ChildReports.Drop reason, String why) {
        // Without a stack trace: there may be thousands a second.
        super(why, null, false, false);
        this.reason = reason;
    }

    ChildReports.Drop reason() {
        return reason;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
