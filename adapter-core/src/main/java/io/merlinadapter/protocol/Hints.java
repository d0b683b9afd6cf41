package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The classic mistakes of a program that meant to reply, told by the line that it wrote. */
final class Hints {
    /** A mistake shows at a line's beginning or end; the rest need not be looked at. */
    static final int ENOUGH = 64 * 1024;

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");
    private static final Pattern DEBUGGER =
            Pattern.compile("^(\\((Pdb|gdb|byebug|rdb:\\d+)\\)|ipdb>|debug>|Browse\\[\\d+\\]>)( |$)");
    private static final Pattern COMMENT = Pattern.compile("^\\s*(//|/\\*|#|--)");
    private static final Pattern WORD_OF_PYTHON = Pattern.compile("^(None|True|False)\\b");
    private static final Pattern WORD_OF_C = Pattern.compile("(?i)^[-+]?(nan|inf)(\\b|\\()");
    private static final Pattern STAMP = Pattern.compile("^\\[[0-9][0-9T:./, -]*[:/-][0-9T:./, Z+-]*]$");
    private static final Pattern LIST = Pattern.compile("^\\[\\s*[-+.0-9'\"(\\[{].*]$");

    /** What other notations than JSON look like, by a pattern of the line's beginning. */
    private record Notation(Pattern looks, Flaw flaw) {
        static Notation of(String looks, String kind, String why) {
            return new Notation(Pattern.compile(looks), Flaw.replyOrLog(kind, why));
        }
    }

    private static final List<Notation> NOTATIONS = List.of(
            Notation.of("^\\{'", "python", "it looks like a Python dict; write json.dumps(reply)"),
            Notation.of(
                    "^\\{ ?(:?\"?[\\w$]+\"?|\"[^\"]*\") ?=>",
                    "ruby",
                    "it looks like a Ruby hash; write reply.to_json, or JSON.generate(reply)"),
            Notation.of(
                    "^(\\[object \\w+]$|\\{ ('[^']*'|[A-Za-z_$][\\w$]*): )",
                    "node",
                    "it looks like an object of JavaScript; write JSON.stringify(reply)"),
            Notation.of(
                    "^\\{[A-Za-z_$][\\w$]*: ?",
                    "bare-names",
                    "the names in it have no quotes; write JSON (JSON.stringify, to_json, json.dumps)"),
            Notation.of(
                    "^\\{[A-Za-z_$][\\w$]*=", "java", "it looks like a map of Java; write it with a library for JSON"),
            Notation.of(
                    "^(&?map\\[.*]|&\\{.*})$",
                    "go",
                    "it looks like a value of Go; write the bytes of json.Marshal(reply)"),
            new Notation(
                    Pattern.compile("^\\[123( \\d{1,3})+ 125( 10)?]$"),
                    Flaw.reply("bytes", "it looks like the bytes of a reply as numbers; in Go, write string(reply)")),
            Notation.of("^%\\{", "elixir", "it looks like a map of Elixir; write it with a library for JSON"),
            Notation.of(
                    "^(HASH|ARRAY)\\(0x[0-9a-f]+\\)$",
                    "perl",
                    "it looks like a reference of Perl; write encode_json($reply)"),
            Notation.of("^Array$", "php", "it looks like an array of PHP; write json_encode($reply)"),
            Notation.of(
                    "^(\\[1] |\\$[A-Za-z._][\\w.]*$|list\\(|NULL$)",
                    "r",
                    "it looks like what R prints; write cat(toJSON(reply, auto_unbox = TRUE), \"\\n\", sep = \"\")"),
            Notation.of(
                    "^(array|tensor|Series|DataFrame|defaultdict|OrderedDict)\\(",
                    "python-object",
                    "it looks like an object of Python; write json.dumps of lists and dicts (x.tolist(), x.to_dict())"),
            Notation.of("^(None|undefined)$", "nothing", "the reply was empty; does the function return it?"));

    private static final String MULTI_LINE =
            "it looks like JSON over several lines; a reply is one line (no indent=2, no pretty printing; jq -c)";
    private static final String BROKEN = "it starts like a reply, but is not one JSON object: ";

    private Hints() {}

    /** As {@link #about}, of a program that is to write JSON-RPC: a hint, and never more. */
    static @Nullable Flaw aboutRpc(byte[] bytes, int offset, int length) {
        if (length > ENOUGH) {
            return null;
        }
        String line = decoded(bytes, offset, length);
        if (line.startsWith("Content-Length:")) {
            return Flaw.log(
                    "header",
                    "it looks like a header in front of each message; write one message a line, without headers");
        }
        if (line.startsWith("[") && isJson(line)) {
            return Flaw.log(
                    "batch",
                    "an array is an answer only if there are messages in it that begin with \"jsonrpc\":\"2.0\"; write one"
                            + " message a line");
        }
        if (line.startsWith("{") && isJson(line)) {
            return Flaw.log(
                    "bare", "it has no \"jsonrpc\":\"2.0\"; bare JSON objects are replies with --format=json only");
        }
        Flaw flaw = about(bytes, offset, length, true);
        return flaw == null ? null : flaw.asHint();
    }

    /**
     * What is wrong with a line that is no reply, and what to write instead; null if it looks like an ordinary log line.
     *
     * @param anyValue true if any JSON value is a reply
     */
    static @Nullable Flaw about(byte[] bytes, int offset, int length, boolean anyValue) {
        if (length > ENOUGH || length < 1) {
            return null;
        }
        if (looksWide(bytes, offset, length)) {
            return Flaw.reply("wide", "it looks like UTF-16 or UTF-32; have the program write UTF-8");
        }
        String line = decoded(bytes, offset, length);
        if (DEBUGGER.matcher(line).find()) {
            return debugger();
        }
        String plain = COLOUR.matcher(line).replaceAll("").strip();
        if (plain.length() < line.length() && isObject(plain)) {
            return Flaw.reply("colours", "it has colours in it; turn them off (jq -M, NO_COLOR=1)");
        }
        return plain.startsWith("{") ? aboutObject(plain) : aboutOther(plain, anyValue);
    }

    private static Flaw aboutObject(String line) {
        if (line.equals("{")) {
            return Flaw.replyOrLog("lines", MULTI_LINE);
        }
        Flaw notation = notation(line);
        if (notation != null) {
            return notation;
        }
        JsonException fault = fault(line);
        if (fault == null) {
            return Flaw.reply(
                    "around", "there are characters around it that don't show; write the object and \\n, no more");
        }
        String why = BROKEN + fault.getMessage() + cure(line, fault);
        int second = line.length() > 1 ? line.charAt(1) : ' ';
        boolean begins = line.startsWith("{\"") || line.startsWith("{ \"");
        return begins
                ? Flaw.reply("broken", why)
                : second == '}' || !line.endsWith("}") ? Flaw.log("brace", why) : Flaw.replyOrLog("brace", why);
    }

    /** What its author may not know, by what stands where the JSON ends to be JSON. */
    private static String cure(String line, JsonException fault) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        int at = Math.min(Math.max(0, fault.offset()), bytes.length);
        String before = new String(bytes, 0, at, StandardCharsets.UTF_8).stripTrailing();
        String rest = new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8);
        char first = rest.isEmpty() ? ' ' : rest.charAt(0);
        if (before.endsWith(",") && (first == '}' || first == ']')) {
            return "; leave out the last comma";
        } else if (first == '\0') {
            return "; a NUL byte is no part of a line (write strlen bytes, and \\n)";
        } else if (first == '\'') {
            return "; JSON has double quotes only (json.dumps)";
        } else if (WORD_OF_PYTHON.matcher(rest).find()) {
            return "; JSON has null, true and false (json.dumps)";
        } else if (WORD_OF_C.matcher(rest).find()) {
            return "; JSON has no nan and no inf; write null";
        } else if (COMMENT.matcher(rest).find()) {
            return "; JSON has no comments";
        } else if (first == '{') {
            return "; write one reply for each request, and \\n behind it";
        } else if (fault.reason().contains("control character")) {
            return "; write it with a library for JSON (json.dumps, JSON.stringify, toJSON)";
        } else if (fault.reason().contains("more than one value")) {
            return "; nothing may follow the reply but \\n";
        }
        return "";
    }

    private static @Nullable Flaw aboutOther(String line, boolean anyValue) {
        if (line.equals("[")) {
            return Flaw.replyOrLog("lines", MULTI_LINE);
        }
        boolean isJson = !line.isEmpty() && "[\"-0123456789tfn".indexOf(line.charAt(0)) >= 0 && isJson(line);
        if (isJson && !anyValue) {
            return line.startsWith("[")
                    ? Flaw.replyOrLog("array", "a JSON array is no reply; answer with an object, or set --reply=any")
                    : Flaw.replyOrLog(
                            "scalar",
                            "a bare " + scalar(line) + " is no reply; answer with an object such as {\"predictions\":["
                                    + "…]}, or set --reply=any");
        }
        Flaw notation = notation(line);
        if (notation != null) {
            return notation;
        }
        if (LIST.matcher(line).find() && !STAMP.matcher(line).find() && !isJson) {
            Flaw list = Flaw.log(
                    "list",
                    "it looks like a list that was printed; answer with a JSON object, written with a library for JSON");
            return line.startsWith("['") ? Flaw.replyOrLog(list.kind(), list.why()) : list;
        }
        return textBefore(line);
    }

    private static @Nullable Flaw textBefore(String line) {
        int brace = line.indexOf('{');
        if (brace <= 0 || !line.endsWith("}") || !isJson(line.substring(brace))) {
            return null;
        }
        String before = line.substring(0, brace);
        if (before.indexOf('\r') >= 0) {
            return Flaw.replyOrLog(
                    "progress",
                    "a JSON object follows other text, a progress bar with \\r; a reply stands alone on its line: write"
                            + " progress to stderr");
        }
        boolean words = before.chars().anyMatch(Character::isLetterOrDigit);
        return words
                ? Flaw.replyOrLog(
                        "text",
                        "a JSON object follows other text; a reply stands alone on its line, all else goes to stderr")
                : Flaw.replyOrLog(
                        "prompt",
                        "a JSON object follows other text, such as the prompt of input(\"> \"); a reply stands alone on"
                                + " its line");
    }

    private static @Nullable Flaw notation(String line) {
        for (Notation notation : NOTATIONS) {
            if (notation.looks().matcher(line).find()) {
                return notation.flaw();
            }
        }
        return null;
    }

    private static Flaw debugger() {
        return Flaw.reply(
                "debugger",
                "it stands in a debugger, which reads the requests for commands; take out breakpoint(), debugger or browser()");
    }

    /** What is wrong with a line whose end has not come for a while; null if it may just not be finished. */
    static @Nullable Flaw unfinished(byte[] bytes, int offset, int length) {
        if (length > ENOUGH || length < 1) {
            return null;
        }
        char last = (char) bytes[offset + length - 1];
        String text = decoded(bytes, offset, length).replace('\0', '\r').strip();
        String piece = text.substring(text.lastIndexOf('\r') + 1).strip();
        if (DEBUGGER.matcher(piece).find()) {
            return debugger();
        }
        if (!isObject(piece)) {
            return null;
        }
        String end = last == '\r' ? " but \\r" : last == '\0' ? " but a NUL byte" : "";
        return Flaw.reply("line-end", "it has no end of line" + end + "; end each reply with a line break, \\n");
    }

    private static String scalar(String line) {
        return switch (line.charAt(0)) {
            case '"' -> "string";
            case 't', 'f' -> "true or false";
            case 'n' -> "null";
            default -> "number";
        };
    }

    private static boolean looksWide(byte[] bytes, int offset, int length) {
        boolean hasMark = length >= 2
                && ((bytes[offset] == (byte) 0xff && bytes[offset + 1] == (byte) 0xfe)
                        || (bytes[offset] == (byte) 0xfe && bytes[offset + 1] == (byte) 0xff));
        boolean hasBrace = new String(bytes, offset, Math.min(length, 8), StandardCharsets.ISO_8859_1).contains("{");
        return hasBrace && (hasMark || JsonScanner.looksWide(bytes, offset, offset + length));
    }

    private static String decoded(byte[] bytes, int offset, int length) {
        int mark = Utf8.markLength(bytes, offset, length);
        return new String(bytes, offset + mark, length - mark, StandardCharsets.UTF_8).strip();
    }

    private static boolean isObject(String text) {
        return text.startsWith("{") && isJson(text);
    }

    private static boolean isJson(String text) {
        return fault(text) == null;
    }

    private static @Nullable JsonException fault(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            JsonScanner.check(bytes, 0, bytes.length);
            return null;
        } catch (JsonException e) {
            return e;
        }
    }
}
