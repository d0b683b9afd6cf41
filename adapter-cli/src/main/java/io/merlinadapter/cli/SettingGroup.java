package io.merlinadapter.cli;

/** Headings under which the settings are shown. */
enum SettingGroup {
    MODEL("Model"),
    PROGRAM("Program"),
    SERVING("Serving"),
    LIMITS("Limits"),
    LIFE("Life"),
    RESTARTS("Restarts"),
    METRICS("Metrics"),
    LOGGING("Logging");

    private final String heading;

    SettingGroup(String heading) {
        this.heading = heading;
    }

    String heading() {
        return heading;
    }
}
