package io.merlinadapter.cli.check;

import java.time.Duration;

/** Where verdicts go: to people, or to a machine. */
interface Report {
    void begin(String program);

    void add(Verdict verdict);

    /**
     * What is being done.
     *
     * @param part how much of it is done, from 0 to 1; below 0 if nobody knows
     */
    void progress(String what, double part);

    /** Nothing more comes. */
    void end(Findings findings, int exitCode, Duration took);
}
