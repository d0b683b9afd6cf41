package io.merlinadapter.cli;

/** What the arguments and the environment come to: something to run, or something to print before leaving. */
sealed interface Outcome {

    record Run(Resolved resolved) implements Outcome {}

    record Exit(ExitCode code, String text, boolean toStderr) implements Outcome {}
}
