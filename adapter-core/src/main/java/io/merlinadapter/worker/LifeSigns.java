package io.merlinadapter.worker;

import io.merlinadapter.process.Child;
import io.merlinadapter.process.ChildLog;
import io.merlinadapter.process.ChildStreams;
import io.merlinadapter.process.LogSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a child has been seen to do. For the loop; the threads that read from the child may be a step ahead of it.
 */
final class LifeSigns {
    private final ReplyReader replies;
    private final LogSink stderr;
    private final ChildLog log;
    private @Nullable Child child;

    /** Of the worker {@code number}, whose answers go to {@code inbox}. */
    LifeSigns(int number, PoolParts parts, int maxReply, ReplyReader.Inbox inbox) {
        this.log = new ChildLog(number, parts.metrics(), parts.loop()::now);
        this.stderr = new LogSink(log, ChildLog.STDERR);
        this.replies = new ReplyReader(parts, maxReply, log, inbox);
    }

    /** What reads from the child. */
    ChildStreams streams() {
        return new ChildStreams(replies, stderr);
    }

    void runs(Child started) {
        child = started;
    }

    /** The process, once it runs. */
    @Nullable
    Child child() {
        return child;
    }

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
        return child == null
                ? "it could not be started so far"
                : "it has written " + replies.seen() + " bytes to stdout and " + stderr.seen() + " to stderr, and "
                        + child.condition();
    }

    /** The last lines of its stderr. */
    List<String> lastWords() {
        return log.lastWords();
    }
}
