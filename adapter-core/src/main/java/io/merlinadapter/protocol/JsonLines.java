package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.json.Utf8;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code json} format: a request line is the caller's body, a reply line is the response body, and order is the only
 * link between them, unless the program puts the number of the line that it answers in front: {@code 7<TAB>{…}}.
 */
public final class JsonLines implements Format {
    private static final String NOT_UTF8 =
            "the program's reply is not UTF-8; have it write UTF-8, or escape as \\uXXXX";

    /** Whoever asked for that has said that such lines are no replies. */
    private static final Flaw NO_PREDICTIONS = Flaw.output(
            "no-predictions",
            "with --reply=predictions a reply has \"predictions\", or only \"error\"; all else is a line of the log");

    private static final Flaw RECORD = Flaw.output(
            "record",
            "an object with a level, a message and a time is a record of a log (--reply=any takes it for a reply)");

    private static final int NONE = -1;

    /** Digits of the longest number in front of a reply. */
    private static final int MOST_DIGITS = 15;

    /** Names of members that tell of a reply that was not meant as it is. */
    private static final int HAS_JSONRPC = 1;

    private static final int HAS_STATUS = 2;
    private static final int HAS_REASON = 4;

    private final ReplyKind kind;
    private final NanPolicy nan;

    public JsonLines(ReplyKind kind, NanPolicy nan) {
        this.kind = kind;
        this.nan = nan;
    }

    /** Which JSON values are replies. */
    public enum ReplyKind {
        /**
         * Objects, unless they are records of a log; any other value on stdout is the program's own output.
         */
        OBJECT,
        /**
         * Objects that have a member {@code predictions}, or the {@code prediction_result_table} of UPI, or only
         * {@code error}; any other line is the program's own output.
         * Nothing makes that the default, not even a warm-up whose answer has {@code predictions}: by one answer it can't be
         * told that no other is a plain {@code {"status":"cold"}}, whose caller would wait until its deadline then. What a
         * log that is JSON does without it is found by the check of the order, and ends in a message that names this.
         */
        PREDICTIONS,
        /** Any JSON value. */
        ANY
    }

    /** What becomes of NaN and Infinity in a reply, which JSON does not have. */
    public enum NanPolicy {
        /** The reply can't be used. */
        FAIL,
        /** They become null. */
        NULL
    }

    @Override
    public ByteBuffer[] request(long id, PredictRequest asked, long timeoutMillis) {
        Body body = asked.body();
        return new ByteBuffer[] {ByteBuffer.wrap(body.bytes(), body.offset(), body.length())};
    }

    @Override
    public ByteBuffer[] batch(List<ByteBuffer[]> requests) {
        throw new UnsupportedOperationException("a line of bare JSON is one request");
    }

    @Override
    public boolean hasIds() {
        return false;
    }

    @Override
    public @Nullable ByteBuffer initialize(long id, int worker) {
        return null;
    }

    @Override
    public Capabilities capabilities(Body reply) {
        return Capabilities.LEAST;
    }

    @Override
    public ByteBuffer cancellation(long id) {
        throw new UnsupportedOperationException("bare JSON lines have no numbers");
    }

    @Override
    public @Nullable Message read(Body line) {
        byte[] bytes = line.bytes();
        int to = ChildValues.strippedEnd(bytes, line.offset(), line.offset() + line.length());
        int start = ChildValues.strippedStart(bytes, line.offset(), to);
        int from = behindNumber(bytes, start, to);
        if (from == to || !mayStart(bytes[from])) {
            return null;
        }
        long id = number(bytes, start, from);
        try {
            return value(line, id, from, to);
        } catch (JsonException e) {
            return broken(bytes, id, from, to, e);
        }
    }

    /** Where the reply begins: behind a number and a tab, if that is how the line begins. */
    private static int behindNumber(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && at - from < MOST_DIGITS && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from && at < to && bytes[at] == '\t' ? ChildValues.strippedStart(bytes, at, to) : from;
    }

    /** The number in front of a reply that begins there. */
    private static long number(byte[] bytes, int from, int reply) {
        if (from == reply) {
            return Message.NEXT;
        }
        long number = 0;
        for (int at = from; bytes[at] != '\t'; at++) {
            number = 10 * number + bytes[at] - '0';
        }
        // A 0 in front is a number, and a wrong one.
        return number == Message.NEXT ? Message.NOBODY : number;
    }

    private @Nullable Message value(Body line, long id, int from, int to) throws JsonException {
        JsonScanner scanner = JsonScanner.withNonFinite(line.bytes(), from, to);
        NonFiniteNumbers nonFinite = new NonFiniteNumbers();
        int members = 0;
        int names = 0;
        long nameBits = MemberNames.NONE;
        boolean hasPredictions = false;
        int signs = 0;
        int errorFrom = NONE;
        int errorTo = NONE;
        if (scanner.next() != Token.START_OBJECT) {
            nonFinite.readValue(scanner);
        } else {
            while (scanner.next() == Token.NAME) {
                members++;
                boolean isError = scanner.is("error");
                names |= telling(scanner);
                hasPredictions |= kind == ReplyKind.PREDICTIONS && LogRecord.isOfReply(scanner);
                signs |= kind == ReplyKind.OBJECT ? LogRecord.sign(scanner) : 0;
                nameBits |= MemberNames.bit(line.bytes(), scanner.start(), scanner.end());
                scanner.next();
                errorFrom = isError ? scanner.start() : errorFrom;
                nonFinite.readValue(scanner);
                errorTo = isError ? scanner.end() : errorTo;
            }
        }
        scanner.next();
        boolean isFailure = members == 1 && errorFrom != NONE;
        if ((kind == ReplyKind.PREDICTIONS && !hasPredictions && !isFailure)
                || (id == Message.NEXT && LogRecord.isIt(signs))) {
            return null;
        }
        if (!nonFinite.isEmpty() && nan == NanPolicy.FAIL) {
            return new Message.Unusable(id, nonFinite.complaint());
        }
        if (isFailure) {
            return ChildValues.failure(id, line.bytes(), errorFrom, errorTo);
        }
        return new Message.Reply(id, nonFinite.reply(line, from, to), remark(errorFrom != NONE, names), nameBits);
    }

    private static int telling(JsonScanner name) {
        return name.is("jsonrpc")
                ? HAS_JSONRPC
                : name.is("status_code") ? HAS_STATUS : name.is("reason") ? HAS_REASON : 0;
    }

    /** What its author may not have meant; null where the reply looks like any other. */
    private static @Nullable String remark(boolean hasError, int names) {
        if ((names & HAS_JSONRPC) != 0) {
            return "its reply is a message of JSON-RPC, which callers get as it is; is --format=jsonrpc meant?";
        } else if (hasError) {
            return "its reply has \"error\" beside other members, so callers get it with status 200; for an error write"
                    + " {\"error\":{\"code\":422,\"message\":\"…\"}} and nothing else";
        } else if ((names & HAS_STATUS) != 0 && (names & HAS_REASON) != 0) {
            return "its reply has \"status_code\" and \"reason\", as an error of pyfunc, and callers get it with status"
                    + " 200; for an error write {\"error\":{\"code\":422,\"message\":\"…\"}}";
        }
        return null;
    }

    private static @Nullable Message broken(byte[] bytes, long id, int from, int to, JsonException why) {
        if (JsonScanner.looksWide(bytes, from, to)) {
            return null;
        }
        if (Utf8.firstFault(bytes, from, to - from) >= 0) {
            return bytes[from] == '{' && bytes[to - 1] == '}' ? new Message.Unusable(id, NOT_UTF8) : null;
        }
        return why.isOverLimit()
                ? new Message.Unusable(id, "the program's reply can't be used: " + why.getMessage())
                : null;
    }

    @Override
    public @Nullable Flaw flaw(byte[] bytes, int offset, int length) {
        if (kind != ReplyKind.ANY && length <= Hints.ENOUGH) {
            int signs = signs(bytes, offset, offset + length);
            if (signs >= 0 && (kind == ReplyKind.PREDICTIONS || LogRecord.isIt(signs))) {
                return kind == ReplyKind.PREDICTIONS ? NO_PREDICTIONS : RECORD;
            }
        }
        int reply = behindNumber(bytes, offset, offset + length);
        return Hints.about(bytes, reply, offset + length - reply, kind == ReplyKind.ANY);
    }

    /** As of {@link LogRecord#sign}, of a line that is one object; less than 0 for any other. */
    private static int signs(byte[] bytes, int from, int to) {
        JsonScanner scanner = JsonScanner.withNonFinite(bytes, ChildValues.strippedStart(bytes, from, to), to);
        try {
            if (scanner.next() != Token.START_OBJECT) {
                return NONE;
            }
            int signs = 0;
            while (scanner.next() == Token.NAME) {
                signs |= LogRecord.sign(scanner);
                scanner.next();
                scanner.skipValue();
            }
            return scanner.isAtEnd() ? signs : NONE;
        } catch (JsonException e) {
            return NONE;
        }
    }

    @Override
    public @Nullable Flaw unfinished(byte[] bytes, int offset, int length) {
        int reply = behindNumber(bytes, offset, offset + length);
        return Hints.unfinished(bytes, reply, offset + length - reply);
    }

    @Override
    public OversizedLine oversizedLine() {
        return new OversizedLine() {
            @Override
            public @Nullable Message end(long total, String limit) {
                byte[] head = head();
                int start = ChildValues.strippedStart(head, 0, head.length);
                int at = behindNumber(head, start, head.length);
                return at < head.length && mayStart(head[at])
                        ? new Message.Unusable(number(head, start, at), tooLong(total, limit))
                        : null;
            }
        };
    }

    private boolean mayStart(byte b) {
        return b == '{' || (kind == ReplyKind.ANY && startsValue(b));
    }

    /** True if a JSON value, NaN included, may begin with {@code b}. */
    private static boolean startsValue(byte b) {
        return b == '[' || b == '"' || b == '-' || (b >= '0' && b <= '9') || "tfnNI".indexOf(b) >= 0;
    }
}
