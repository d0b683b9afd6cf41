package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.json.Utf8;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code json} format: a request line is the caller's body, a reply line is the response body, and order is the only
 * link between them.
 */
public final class JsonLines implements Format {
    private static final Message NOT_UTF8 = new Message.Unusable(
            Message.NEXT, "the program's reply is not UTF-8; have it write UTF-8, or escape as \\uXXXX");

    private static final int NONE = -1;

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
        /** Objects; any other value on stdout is the program's own output. */
        OBJECT,
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
        int from = ChildValues.strippedStart(bytes, line.offset(), to);
        if (from == to || !mayStart(bytes[from])) {
            return null;
        }
        try {
            return value(line, from, to);
        } catch (JsonException e) {
            return broken(bytes, from, to, e);
        }
    }

    private Message value(Body line, int from, int to) throws JsonException {
        JsonScanner scanner = JsonScanner.withNonFinite(line.bytes(), from, to);
        NonFiniteNumbers nonFinite = new NonFiniteNumbers();
        int members = 0;
        int names = 0;
        int errorFrom = NONE;
        int errorTo = NONE;
        if (scanner.next() != Token.START_OBJECT) {
            nonFinite.readValue(scanner);
        } else {
            while (scanner.next() == Token.NAME) {
                members++;
                boolean isError = scanner.is("error");
                names |= telling(scanner);
                scanner.next();
                errorFrom = isError ? scanner.start() : errorFrom;
                nonFinite.readValue(scanner);
                errorTo = isError ? scanner.end() : errorTo;
            }
        }
        scanner.next();
        if (!nonFinite.isEmpty() && nan == NanPolicy.FAIL) {
            return new Message.Unusable(Message.NEXT, nonFinite.complaint());
        }
        if (members == 1 && errorFrom != NONE) {
            return ChildValues.failure(Message.NEXT, line.bytes(), errorFrom, errorTo);
        }
        return new Message.Reply(Message.NEXT, nonFinite.reply(line, from, to), remark(errorFrom != NONE, names));
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

    private static @Nullable Message broken(byte[] bytes, int from, int to, JsonException why) {
        if (JsonScanner.looksWide(bytes, from, to)) {
            return null;
        }
        if (Utf8.firstFault(bytes, from, to - from) >= 0) {
            return bytes[from] == '{' && bytes[to - 1] == '}' ? NOT_UTF8 : null;
        }
        return why.isOverLimit()
                ? new Message.Unusable(Message.NEXT, "the program's reply can't be used: " + why.getMessage())
                : null;
    }

    @Override
    public @Nullable Flaw flaw(byte[] bytes, int offset, int length) {
        return Hints.about(bytes, offset, length, kind == ReplyKind.ANY);
    }

    @Override
    public @Nullable Flaw unfinished(byte[] bytes, int offset, int length) {
        return Hints.unfinished(bytes, offset, length);
    }

    @Override
    public OversizedLine oversizedLine() {
        return new OversizedLine() {
            @Override
            public @Nullable Message end(long total, String limit) {
                byte[] head = head();
                int at = ChildValues.strippedStart(head, 0, head.length);
                return at < head.length && mayStart(head[at])
                        ? new Message.Unusable(Message.NEXT, tooLong(total, limit))
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
