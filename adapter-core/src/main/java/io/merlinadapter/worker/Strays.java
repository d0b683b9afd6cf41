package io.merlinadapter.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that no request waits for, and what they mean for one worker. For the loop. */
final class Strays {
    private static final Logger log = LoggerFactory.getLogger(Strays.class);
    private static final String BANNER =
            "{}: it wrote a JSON object before it was asked anything; write logs to stderr: {}";
    private static final String SURPLUS = "{}: it wrote an answer that no request was waiting for, so answers since its"
            + " last check may have gone to the wrong requests; it is replaced. Write logs to stderr, never JSON objects to"
            + " {}. The line: {}";

    private final String who;
    private final String stream;
    private boolean warned;

    /** Of the worker that a log calls {@code who}, whose answers come on {@code stream}. */
    Strays(String who, String stream) {
        this.who = who;
        this.stream = stream;
    }

    /**
     * Drops such an answer, and says whether the worker can't be trusted any more.
     *
     * @param starting the child has not been asked anything yet, or only the warm-up
     * @param serving answers of callers may have been mixed up
     */
    boolean breakTrust(Answer answer, boolean starting, boolean serving) {
        String line = answer.preview();
        answer.drop();
        if (serving) {
            log.error(SURPLUS, who, stream, line);
        } else if (starting && !warned) {
            warned = true;
            log.warn(BANNER, who, line);
        }
        return serving;
    }
}
