package io.merlinadapter.worker;

import io.merlinadapter.process.Child;
import io.merlinadapter.process.ChildLog;
import io.merlinadapter.process.LogSink;
import java.util.List;

/**
 * What a child has been seen to do. The threads that read from it may be a step ahead of who asks.
 *
 * @param replies reads its channel
 * @param stderr reads its stderr, which is no sign of life
 * @param log its own words
 */
record LifeSigns(Child child, ReplyReader replies, LogSink stderr, ChildLog log) {
    /** Lines it has written to the channel that were no answers. */
    long outputs() {
        return replies.outputs();
    }

    /** When it last wrote to the channel, in nanoseconds of the loop's clock; 0 for never. */
    long lastByteAt() {
        return replies.lastByteAt();
    }

    /** For a message about a child that does not answer. */
    String describe() {
        return "it has written " + replies.seen() + " bytes to stdout and " + stderr.seen() + " to stderr, and "
                + child.condition();
    }

    List<String> lastWords() {
        return log.lastWords();
    }
}
