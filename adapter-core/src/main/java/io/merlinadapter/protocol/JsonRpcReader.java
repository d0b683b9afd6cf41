package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonToken;
import io.merlinadapter.protocol.JsonLines.NanPolicy;
import io.merlinadapter.protocol.JsonLines.ReplyKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells what a message of JSON-RPC 2.0 means. Whatever is wrong with one hurts one request at most. */
final class JsonRpcReader {
    private final ReplyKind kind;
    private final NanPolicy nan;

    JsonRpcReader(ReplyKind kind, NanPolicy nan) {
        this.kind = kind;
        this.nan = nan;
    }

    /** What the line says; null if it is no message. */
    @Nullable
    Message read(byte[] bytes, int offset, int length) {
        int start = JsonText.firstInk(bytes, offset, length);
        int end = JsonText.lastInk(bytes, start, offset + length);
        if (start == end || bytes[start] != '{' || JsonText.looksWide(bytes, start, end - start)) {
            return null;
        }
        if (Utf8.firstFault(bytes, start, end - start) >= 0) {
            return broken(bytes, start, end, "it is not UTF-8; have it write UTF-8, or escape as \\uXXXX");
        }
        try {
            return message(bytes, JsonRpcScan.of(bytes, start, end - start));
        } catch (IOException e) {
            return broken(bytes, start, end, JsonText.describe(e));
        }
    }

    /** A line that can't be read may still say whom it is for. */
    private static @Nullable Message broken(byte[] bytes, int start, int end, String why) {
        IdSkim skim = new IdSkim();
        skim.feed(bytes, start, end - start);
        skim.end(0, "");
        return skim.isRpc() ? unusable(skim.id(), why) : null;
    }

    private static Message.Unusable unusable(long id, String why) {
        return new Message.Unusable(id, "the program's message can't be used: " + why);
    }

    private @Nullable Message message(byte[] bytes, JsonRpcScan scan) throws IOException {
        boolean answers = scan.result.isThere() || scan.error.isThere();
        if (scan.twice != null) {
            boolean clear = answers && !scan.twice.equals("id");
            return scan.isRpc
                    ? unusable(clear ? scan.id : Message.NOBODY, "it has two members \"" + scan.twice + '"')
                    : null;
        }
        if (scan.method != null) {
            return scan.isRpc2 ? JsonRpcNotice.read(bytes, scan) : null;
        }
        if (!scan.isRpc2) {
            boolean meant = scan.isRpc || (answers && scan.id != Message.NOBODY);
            return meant ? unusable(scan.id, "it lacks \"jsonrpc\":\"2.0\"") : null;
        }
        return answer(bytes, scan);
    }

    private Message answer(byte[] bytes, JsonRpcScan scan) throws IOException {
        boolean failed = !scan.error.isNullOrAbsent();
        if (failed && (scan.idIsNull || !scan.hasId)) {
            return error(Message.SOLE, bytes, scan);
        }
        String fault = fault(scan, failed);
        if (fault != null) {
            return unusable(scan.id, fault);
        }
        return failed ? error(scan.id, bytes, scan) : reply(bytes, scan);
    }

    private @Nullable String fault(JsonRpcScan scan, boolean failed) {
        if (scan.idIsText) {
            return "its id is a text; it must be the number that the request had";
        } else if (scan.id == Message.NOBODY) {
            return "its id must be the number that the request had";
        } else if (failed) {
            return scan.result.isNullOrAbsent() ? null : "it has both a result and an error";
        } else if (!scan.result.isThere()) {
            return "it has neither a result nor an error";
        } else if (kind == ReplyKind.OBJECT && scan.result.first != JsonToken.START_OBJECT) {
            return "its result must be a JSON object (--reply=any lets predictions of other kinds through)";
        }
        return null;
    }

    private static Message error(long id, byte[] bytes, JsonRpcScan scan) throws IOException {
        return new ErrorMember(id, bytes, scan.error.from, scan.error.end).read();
    }

    private Message reply(byte[] bytes, JsonRpcScan scan) {
        int from = scan.result.from;
        int end = scan.result.end;
        if (scan.nonFinites().isEmpty()) {
            return new Message.Reply(scan.id, bytes, from, end - from);
        }
        if (nan == NanPolicy.FAIL) {
            return new Message.Unusable(scan.id, scan.nonFinites().complaint());
        }
        byte[] clean = scan.nonFinites().withNulls(from, end);
        return new Message.Reply(scan.id, clean, 0, clean.length);
    }
}
