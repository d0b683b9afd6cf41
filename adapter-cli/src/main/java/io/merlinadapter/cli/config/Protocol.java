package io.merlinadapter.cli.config;

/** The fronts that are served. */
public enum Protocol {
    HTTP_JSON,
    UPI_V1,
    BOTH;

    public boolean includes(Protocol other) {
        return this == other || this == BOTH;
    }

    /** How many ports are opened. */
    int ports() {
        return this == BOTH ? 2 : 1;
    }

    @Override
    public String toString() {
        return this == BOTH ? "both" : name();
    }
}
