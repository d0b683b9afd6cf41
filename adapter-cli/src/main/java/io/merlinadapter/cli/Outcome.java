package io.merlinadapter.cli;

import io.merlinadapter.cli.run.ExitCode;
import org.jspecify.annotations.Nullable;

/** What the arguments and the environment come to: something to run, or something to print before leaving. */
sealed interface Outcome {

    record Run(Resolved resolved) implements Outcome {}

    /**
     * Nothing is started.
     *
     * @param terminationLog file that gets the text too, if it exists; null where nothing is wrong
     */
    record Exit(
            ExitCode code,
            String text,
            boolean toStderr,
            @Nullable String terminationLog) implements Outcome {}
}
