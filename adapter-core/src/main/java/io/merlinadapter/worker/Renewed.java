package io.merlinadapter.worker;

import java.util.List;

/**
 * What became of a replacement of all workers.
 *
 * @param why how the first new worker ended that did not become ready; empty if none did
 * @param lastWords the last lines that it wrote to its stderr
 */
public record Renewed(Outcome outcome, String why, List<String> lastWords) {
    /** How it is over. */
    public enum Outcome {
        /** All workers are new ones. */
        DONE,
        /** A new one did not become ready; those that served go on. */
        FAILED,
        /** It was begun again, or the pool has stopped. */
        OVERTAKEN
    }
}
