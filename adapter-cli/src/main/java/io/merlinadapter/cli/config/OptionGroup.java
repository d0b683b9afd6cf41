package io.merlinadapter.cli.config;

/** Headings under which the options are shown. */
public enum OptionGroup {
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

    public String heading() {
        return heading;
    }
}
