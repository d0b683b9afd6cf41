package io.merlinadapter.cli;

/** Headings under which the options are shown. */
enum OptionGroup {
    MODEL("Model"),
    PROGRAM("Program"),
    SERVING("Serving"),
    LIMITS("Limits"),
    LIFE("Life"),
    RESTARTS("Restarts"),
    METRICS("Metrics"),
    LOGGING("Logging");

    private final String heading;

    OptionGroup(String heading) {
        this.heading = heading;
    }

    String heading() {
        return heading;
    }
}
