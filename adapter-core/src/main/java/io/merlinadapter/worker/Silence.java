package io.merlinadapter.worker;

import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.transport.ReplyReader;

/**
 * What a child has done instead of answering, as far as the adapter has seen it, since it got one request; in words of the
 * adapter's own. Event loop only.
 */
final class Silence {
    /** What some readers of lines take at most: Go's bufio.Scanner, for one. */
    static final int LINE_LIMIT = 64 * 1024;

    private final ReplyReader replies;
    private final long outputsBefore;
    private final long blanksBefore;
    private final long errorLinesBefore;
    private final long since;
    private final int requestSize;

    /** Begins now. */
    Silence(ReplyReader replies, long now, int requestSize) {
        this.replies = replies;
        this.since = now;
        this.requestSize = requestSize;
        this.outputsBefore = replies.outputs();
        this.blanksBefore = replies.blanks();
        this.errorLinesBefore = replies.errorLines();
    }

    /**
     * The end of a sentence that says that it did not answer.
     *
     * @param unread true if it has certainly not read the request
     * @param listens true if it was seen to listen for connections that the adapter does not make
     */
    String describe(boolean unread, boolean listens) {
        String stream = replies.stream();
        if (unread && listens) {
            return "it listens on a port (see the log) and has not read the request: a program must read lines from its stdin"
                    + " and write its replies to stdout";
        }
        Flaw flaw = replies.flawSince(since);
        long lines = replies.outputs() - outputsBefore;
        if (lines > 0) {
            return "it has written " + count(lines, "line") + " to its " + stream + " since, and no reply with that"
                    + (flaw == null ? " (see the log)" : ": " + flaw.why());
        }
        if (replies.owed() > 0) {
            return "it has announced payloads of which " + count(replies.owed(), "byte")
                    + " are still to come, with the newline behind them";
        }
        if (replies.unfinished() > 0) {
            return "it has written " + count(replies.unfinished(), "byte") + " to its " + stream
                    + " without an end of line: " + (flaw == null ? "end each reply with \\n" : flaw.why());
        }
        long blanks = replies.blanks() - blanksBefore;
        if (blanks > 0) {
            return "it has written " + count(blanks, "empty line") + " to its " + stream + " since, and no reply";
        }
        if (replies.lastByteAt() > since) {
            return "it has answered others since, or without a usable id (see the log)";
        }
        long errors = replies.errorLines() - errorLinesBefore;
        return "it has written nothing to its " + stream + " since"
                + (errors == 0 ? "" : ", and " + count(errors, "line") + " to its stderr (see the log)")
                + (unread
                        ? "; it has not read the request: is it still busy, does it read lines from its stdin?"
                        : "; is it slow, does it flush, does it read line by line?")
                + large();
    }

    /** True if it has written nothing at all where replies come. */
    boolean isTotal() {
        return replies.lastByteAt() <= since && replies.outputs() == outputsBefore && replies.unfinished() == 0;
    }

    /** A hint for requests that are larger than some readers of lines can take; else nothing. */
    String large() {
        return requestSize <= LINE_LIMIT
                ? ""
                : " The request has " + requestSize
                        + " bytes: a reader whose lines have a limit, such as Go's bufio.Scanner"
                        + " (64 KiB), stops at it";
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
