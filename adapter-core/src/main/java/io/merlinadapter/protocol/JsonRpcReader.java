package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.json.Utf8;
import io.merlinadapter.memory.Body;
import io.merlinadapter.protocol.JsonLines.NanPolicy;
import io.merlinadapter.protocol.JsonLines.ReplyKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of JSON-RPC 2.0. Whatever is wrong with one hurts one request at most. Any thread.
 */
final class JsonRpcReader {
    private static final String MORE_THAN_ONE =
            "there is more than one value on the line; write each message and its newline"
                    + " in one go, under a lock where there are threads";

    private static final String MISSING = "the program's array of answers has none to this request";
    private static final Message.Unusable NO_ANSWER =
            unusable(Message.NOBODY, "something in its array is no answer to a request");

    private final ReplyKind kind;
    private final NanPolicy nan;
    private final boolean takesPayloads;

    /** @param takesPayloads whether a line may say that payloads follow it */
    JsonRpcReader(ReplyKind kind, NanPolicy nan, boolean takesPayloads) {
        this.kind = kind;
        this.nan = nan;
        this.takesPayloads = takesPayloads;
    }

    /** Reads the line, as {@link Format#read} says. */
    @Nullable
    Message read(Body line) {
        byte[] bytes = line.bytes();
        int to = ChildValues.strippedEnd(bytes, line.offset(), line.offset() + line.length());
        int from = ChildValues.strippedStart(bytes, line.offset(), to);
        if (from == to || (bytes[from] != '{' && bytes[from] != '[')) {
            return null;
        }
        JsonScanner scanner = JsonScanner.withNonFinite(bytes, from, to);
        try {
            if (scanner.next() == Token.START_ARRAY) {
                return batch(line, scanner, from, to);
            }
            Members members = new Members(takesPayloads);
            members.read(scanner);
            if (!scanner.isAtEnd()) {
                return broken(bytes, from, to, MORE_THAN_ONE);
            }
            Message message = message(line, members, false);
            return members.announcesNothing() || message == null ? message : announcement(message, List.of(members));
        } catch (JsonException e) {
            return broken(bytes, from, to, String.valueOf(e.getMessage()));
        }
    }

    /** The array that has begun, unless none of what is in it is a message. Once something is broken, none of it is trusted. */
    private @Nullable Message batch(Body line, JsonScanner scanner, int from, int to) throws JsonException {
        List<Message.Outcome> answers = new ArrayList<>();
        List<Members> announcing = new ArrayList<>();
        boolean isRpc = false;
        boolean whole = false;
        try {
            while (scanner.next() != Token.END_ARRAY) {
                Message message = element(line, scanner, announcing);
                isRpc |= message != null;
                if (message == null || message instanceof Message.Outcome) {
                    answers.add(
                            message instanceof Message.Outcome answer && answer.id() != Message.SOLE
                                    ? answer
                                    // One that names no request is meant for all of a line, and here there are others
                                    // beside it.
                                    : NO_ANSWER);
                }
            }
            whole = scanner.isAtEnd();
        } finally {
            if (!whole) {
                answers.forEach(Message.Outcome::drop);
            }
        }
        if (!isRpc) {
            return null;
        } else if (!whole) {
            return broken(line.bytes(), from, to, MORE_THAN_ONE);
        }
        Message message = answers.isEmpty()
                ? new Message.Ignored("an array without an answer")
                : new Message.Batch(Message.SOLE, answers, MISSING);
        return announcing.isEmpty() ? message : announcement(message, announcing);
    }

    /** What was said, with what these messages on its line announce. */
    private static Message announcement(Message said, List<Members> announcing) {
        List<Message.Payload> payloads = new ArrayList<>();
        String fault = announcing.size() <= MOST_ANNOUNCING
                ? null
                : "more than " + MOST_ANNOUNCING + " messages of a line announce payloads";
        for (Members members : announcing) {
            fault = fault == null ? members.payloadsFault : fault;
            for (int i = 0; i < members.payloadCount; i++) {
                payloads.add(new Message.Payload(members.payloads[i], members.reply));
            }
        }
        if (fault == null) {
            return payloads.isEmpty() ? said : new Message.Announcement(said, payloads);
        }
        if (said instanceof Message.Outcome outcome) {
            outcome.drop();
        }
        return new Message.Lost(fault);
    }

    /** Null for one that is no message. */
    private @Nullable Message element(Body line, JsonScanner scanner, List<Members> announcing) throws JsonException {
        if (scanner.token() != Token.START_OBJECT) {
            scanner.skipValue();
            return null;
        }
        Members members = new Members(takesPayloads);
        members.read(scanner);
        Message message = message(line, members, true);
        if (message != null && !members.announcesNothing() && announcing.size() <= MOST_ANNOUNCING) {
            announcing.add(members);
        }
        return message;
    }

    /** A line that can't be read may still say whom it is for. */
    private @Nullable Message broken(byte[] bytes, int from, int to, String why) {
        if (JsonScanner.looksWide(bytes, from, to)) {
            return null;
        }
        OversizedLine.OfJsonRpc line = new OversizedLine.OfJsonRpc(takesPayloads);
        line.feed(bytes, from, to - from);
        line.end(0, "");
        if (!line.isRpc()) {
            return null;
        }
        if (line.hasPayloads()) {
            return new Message.Lost("a line that announces payloads can't be read: " + why);
        }
        boolean isUtf8 = Utf8.firstFault(bytes, from, to - from) < 0;
        Message.Unusable unusable =
                unusable(line.id(), isUtf8 ? why : "it is not UTF-8; have it write UTF-8, or escape as \\uXXXX");
        return line.isArray() ? line.batch(unusable.reason()) : unusable;
    }

    private static Message.Unusable unusable(long id, String why) {
        return new Message.Unusable(id, "the program's message can't be used: " + why);
    }

    /** @param inArray true if there are others on the line */
    private @Nullable Message message(Body line, Members members, boolean inArray) throws JsonException {
        boolean answers = members.result.isThere() || members.error.isThere();
        if (members.twice != null) {
            boolean clear = answers && !members.twice.equals("id");
            return members.isRpc
                    ? unusable(clear ? members.id : Message.NOBODY, "it has two members \"" + members.twice + '"')
                    : null;
        }
        if (members.method != null) {
            return members.isRpc2 ? unasked(line.bytes(), members, members.method) : null;
        }
        if (!members.isRpc2) {
            boolean meant = members.isRpc || (answers && members.id != Message.NOBODY);
            return meant ? unusable(members.id, "it lacks \"jsonrpc\":\"2.0\"") : null;
        }
        return answer(line, members, inArray);
    }

    private Message answer(Body line, Members members, boolean inArray) throws JsonException {
        boolean failed = !members.error.isNullOrAbsent();
        if (failed && (members.idIsNull || !members.hasId)) {
            return ChildValues.failure(Message.SOLE, line.bytes(), members.error.from, members.error.to);
        }
        String fault = fault(members, failed);
        if (fault != null) {
            return unusable(members.id, fault);
        }
        if (failed) {
            return ChildValues.failure(members.id, line.bytes(), members.error.from, members.error.to);
        }
        if (!members.nonFinite.isEmpty() && nan == NanPolicy.FAIL) {
            return new Message.Unusable(members.id, members.nonFinite.complaint());
        }
        Part result = members.result;
        Body body = inArray
                ? members.nonFinite.slice(line, result.from, result.to)
                : members.nonFinite.reply(line, result.from, result.to);
        members.reply = body;
        return new Message.Reply(members.id, body);
    }

    private @Nullable String fault(Members members, boolean failed) {
        if (members.idIsText) {
            return "its id is a text; it must be the number that the request had";
        } else if (members.id == Message.NOBODY) {
            return "its id must be the number that the request had";
        } else if (failed) {
            return members.result.isNullOrAbsent() ? null : "it has both a result and an error";
        } else if (!members.result.isThere()) {
            return "it has neither a result nor an error";
        } else if (kind != ReplyKind.ANY && members.result.first != Token.START_OBJECT) {
            return "its result must be a JSON object (--reply=any lets predictions of other kinds through)";
        }
        return null;
    }

    /** What a program says without being asked. */
    private static Message unasked(byte[] bytes, Members members, String method) throws JsonException {
        if (members.hasId) {
            return new Message.Ignored("a request for \"" + method + "\", which the adapter does not answer");
        }
        Part params = members.params;
        return switch (method) {
            case "log" -> new Message.Log(level(member("level", bytes, params)), saying(bytes, params));
            case "fatal" -> new Message.Fatal(saying(bytes, params));
            case "metrics" -> MetricsNotice.read(bytes, params.from, params.to);
            default -> new Message.Ignored("a notification \"" + method + "\"");
        };
    }

    /** The message; without one, all there is. */
    private static String saying(byte[] bytes, Part params) throws JsonException {
        String message = member("message", bytes, params);
        if (message != null) {
            return message;
        }
        return params.isThere() ? ChildValues.raw(bytes, params.from, params.to) : "(no message)";
    }

    /** The last member of this name that is a text, if there is any. */
    private static @Nullable String member(String name, byte[] bytes, Part params) throws JsonException {
        String text = null;
        if (params.first == Token.START_OBJECT) {
            JsonScanner scanner = JsonScanner.withNonFinite(bytes, params.from, params.to);
            scanner.next();
            while (scanner.next() == Token.NAME) {
                boolean isIt = scanner.is(name);
                if (scanner.next() == Token.STRING && isIt) {
                    text = ChildValues.text(scanner);
                }
                scanner.skipValue();
            }
        }
        return text;
    }

    private static Message.Level level(@Nullable String name) {
        return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
            case "trace" -> Message.Level.TRACE;
            case "debug" -> Message.Level.DEBUG;
            case "warn", "warning" -> Message.Level.WARN;
            case "error", "critical", "fatal" -> Message.Level.ERROR;
            default -> Message.Level.INFO;
        };
    }

    /** Where a member's value is. */
    private static final class Part {
        int from = -1;
        int to;

        @Nullable
        Token first;

        boolean isThere() {
            return from >= 0;
        }

        boolean isNullOrAbsent() {
            return first == null || first == Token.NULL;
        }
    }

    private static final int MOST_PAYLOADS = 64;
    /** More than any batch has. */
    private static final int MOST_ANNOUNCING = 4096;

    private static final long[] NO_PAYLOADS = {};

    /** The members of one message, read in one pass. */
    private static final class Members {
        boolean isRpc;
        boolean isRpc2;
        boolean hasId;
        boolean idIsNull;
        boolean idIsText;
        long id = Message.NOBODY;

        @Nullable
        String method;
        /** A member that is there twice, so that it can't be told which is meant. */
        @Nullable
        String twice;

        final Part result = new Part();
        final Part error = new Part();
        final Part params = new Part();
        /** Those of the result. */
        final NonFiniteNumbers nonFinite = new NonFiniteNumbers();

        private final boolean takesPayloads;
        long[] payloads = NO_PAYLOADS;
        int payloadCount;

        @Nullable
        String payloadsFault;
        /** What the payloads belong to. */
        @Nullable
        Body reply;

        Members(boolean takesPayloads) {
            this.takesPayloads = takesPayloads;
        }

        boolean announcesNothing() {
            return payloadCount == 0 && payloadsFault == null;
        }

        /** Reads the object that has begun. */
        void read(JsonScanner scanner) throws JsonException {
            while (scanner.next() == Token.NAME) {
                member(scanner);
            }
        }

        private void member(JsonScanner scanner) throws JsonException {
            if (scanner.is("jsonrpc")) {
                once("jsonrpc", isRpc);
                isRpc = true;
                isRpc2 = scanner.next() == Token.STRING && scanner.is("2.0");
            } else if (scanner.is("id")) {
                once("id", hasId);
                hasId = true;
                idIsNull = scanner.next() == Token.NULL;
                idIsText = scanner.token() == Token.STRING;
                id = ChildValues.requestId(scanner);
            } else if (scanner.is("method")) {
                once("method", method != null);
                // Some libraries write every member that there is, and null where it has no value.
                boolean absent = scanner.next() == Token.NULL;
                method = absent ? null : scanner.token() == Token.STRING ? ChildValues.text(scanner) : "";
            } else if (scanner.is("result")) {
                part("result", result, scanner, nonFinite);
            } else if (scanner.is("error")) {
                part("error", error, scanner, new NonFiniteNumbers());
            } else if (scanner.is("params")) {
                part("params", params, scanner, new NonFiniteNumbers());
            } else if (takesPayloads && scanner.is(JsonRpc.PAYLOADS)) {
                payloads(scanner);
            } else {
                scanner.next();
            }
            scanner.skipValue();
        }

        private void payloads(JsonScanner scanner) throws JsonException {
            if (payloads != NO_PAYLOADS) {
                payloadsFault = "a message has two members \"" + JsonRpc.PAYLOADS + '"';
            }
            payloads = new long[1];
            payloadCount = 0;
            if (scanner.next() == Token.NULL) {
                return;
            } else if (scanner.token() != Token.START_ARRAY) {
                payloadsFault = expectedSizes(scanner);
                return;
            }
            while (scanner.next() != Token.END_ARRAY) {
                long size = scanner.isInteger() && scanner.raw().equals("0") ? 0 : ChildValues.requestId(scanner);
                if (size < 0 || scanner.token() == Token.STRING || payloadCount == MOST_PAYLOADS) {
                    payloadsFault = payloadsFault == null ? expectedSizes(scanner) : payloadsFault;
                    scanner.skipValue();
                } else {
                    payloads = payloadCount < payloads.length ? payloads : Arrays.copyOf(payloads, 2 * payloadCount);
                    payloads[payloadCount++] = size;
                }
            }
        }

        private String expectedSizes(JsonScanner scanner) {
            String value = switch (scanner.token()) {
                case START_OBJECT, START_ARRAY -> "a structure";
                case STRING -> "a text";
                default -> payloadCount == MOST_PAYLOADS ? "more than " + MOST_PAYLOADS + " numbers" : scanner.raw();
            };
            return '"' + JsonRpc.PAYLOADS + "\" has " + value
                    + " (expected: for each payload that follows the line, its number of bytes)";
        }

        private void part(String name, Part part, JsonScanner scanner, NonFiniteNumbers numbers) throws JsonException {
            once(name, part.isThere());
            part.first = scanner.next();
            part.from = scanner.start();
            numbers.readValue(scanner);
            part.to = scanner.end();
        }

        private void once(String name, boolean before) {
            twice = before ? name : twice;
        }
    }
}
