package io.merlinadapter.worker;

import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.transport.DroppedMetricLog;
import io.merlinadapter.transport.PendingChannel;
import io.merlinadapter.transport.ReplyReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a child has been seen to do. For the loop; the threads that read from the child may be a step ahead of it.
 */
final class LifeSigns {
    private final int worker;
    private final ReplyReader replies;
    private final ChildLog.Sink stdout;
    private final ChildLog.Sink stderr;
    private final String replyStream;
    private final ChildLog log;
    private final ChildReports reports;
    private @Nullable Child child;
    private @Nullable PendingChannel pending;

    /** Of the worker {@code number}, whose answers go to {@code inbox}. */
    LifeSigns(int number, PoolResources parts, int maxReply, ReplyReader.Inbox inbox) {
        this.worker = number;
        this.log = new ChildLog(number, parts.metrics(), parts.loop()::now);
        this.replyStream = parts.channels().replyStream();
        this.stdout = log.sink(ChildLog.STDOUT);
        this.stderr = log.sink(ChildLog.STDERR);
        this.reports = parts.metrics().childStarts(number, new DroppedMetricLog(log, parts.loop()::now));
        this.replies = new ReplyReader(
                new ReplyReader.Resources(
                        parts.loop(), parts.format(), parts.budget(), parts.metrics(), maxReply, replyStream),
                log,
                reports,
                inbox);
    }

    /** The number of the worker whose child it is. */
    int worker() {
        return worker;
    }

    /** Where the bytes of its stdout go. */
    ByteSink stdout(PendingChannel to) {
        return to.stdout(replies, stdout);
    }

    /** Where the bytes of its stderr go. */
    ByteSink stderr() {
        return stderr;
    }

    /** What takes in what comes on the channel. */
    ByteSink replies() {
        return replies;
    }

    void runs(Child started, PendingChannel to) {
        child = started;
        pending = to;
    }

    /** There is no process, or no more. */
    void over() {
        reports.ended();
    }

    /** The process, once it runs. */
    @Nullable
    Child child() {
        return child;
    }

    /** Leaves a child behind that can't be ended. */
    void letGo() {
        if (pending != null) {
            pending.close();
        }
    }

    /** As messages name where its replies come. */
    String replyStream() {
        return replyStream;
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
        if (child == null) {
            return "it could not be started so far";
        }
        String missing = pending == null ? "" : pending.missing();
        // Where replies come on stdout, nothing of it goes to the log alone.
        String written = stdout.seen() == 0 ? "" : stdout.seen() + " bytes to its stdout, ";
        return (missing.isEmpty() ? "" : missing + "; ") + "it has written " + written + replies.seen()
                + " bytes to its " + replyStream + " and " + stderr.seen() + " to its stderr, and " + child.condition();
    }

    /** Says something about it in the log, unless too much has been said already. */
    void warn(String text) {
        log.warn(text);
    }

    /** The last lines of its stderr. */
    List<String> lastWords() {
        return log.lastWords();
    }
}
