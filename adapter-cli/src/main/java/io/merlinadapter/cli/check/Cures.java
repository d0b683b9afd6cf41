package io.merlinadapter.cli.check;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to do about the last words of programs. What the adapter sees of a program's replies it explains itself; of their
 * stderr it makes nothing. First the commonest.
 */
final class Cures {
    private static final List<Cure> ALL = List.of(
            // Python
            cure(
                    "No module named '([^']+)'",
                    "install $1 in the image, for the very Python that runs the program (python3 -m pip install …), or start the"
                            + " Python of the environment that has it (/opt/venv/bin/python)"),
            cure(
                    "Object of type (\\w+) is not JSON serializable",
                    "$1 is no value of JSON: write .tolist() for an array and .item() for a number of numpy, float(…) or str(…)"
                            + " for another type"),
            cure(
                    "(?:JSONDecodeError|Expecting value).*",
                    "each line of stdin is one whole JSON value: read it with for line in sys.stdin, and json.loads(line)"),
            // Of JSON.parse, and no fault of the program's text. Node shows all of that text first, as a script without
            // a name: of a
            // long one the log has no room for what comes behind it.
            cure(
                    "SyntaxError: .*\\bJSON\\b.*|^(?:<anonymous_script>|undefined):1$",
                    "JSON.parse wants one whole line: take it from the 'line' of node:readline, as a 'data' has any part of the"
                            + " input; and catch what a body that is no JSON throws"),
            cure(
                    "(?:SyntaxError|IndentationError|TabError): .*",
                    "the program has a fault: mend the line that is named above"),
            cure(
                    "at least one array or dtype is required|Found array with 0 sample|zero-size array|0 feature\\(s\\)",
                    "the model takes no table without rows: answer {\"instances\": []} with {\"predictions\": []} before the"
                            + " model is asked"),
            cure(
                    "(?:Unicode(?:De|En)codeError).*",
                    "lines are UTF-8: open files with encoding=\"utf-8\", and leave PYTHONIOENCODING unset"),
            cure(
                    "(?:FileNotFoundError|ENOENT|no such file or directory|No such file or directory|cannot open (?:compressed )?file).*",
                    "a path that does not begin with / counts from the folder that the adapter was started in; the model's files"
                            + " are in $CARAML_ARTIFACT_LOCATION (--artifact-location)"),
            cure(
                    "(?:PermissionError|EACCES|[Pp]ermission denied).*",
                    "the program's user may not do this: in the image it is 10001 and may write to /tmp alone"),
            cure(
                    "(?:MemoryError|Cannot allocate memory|out of memory).*",
                    "give the container more memory, or load less"),
            // R
            cure(
                    "there is no package called .(\\w[\\w.]*)",
                    "install $1 in the image: Rscript -e 'install.packages(\"$1\")', or Debian's r-cran-…"),
            cure(
                    "could not find function .([\\w.]+)",
                    "load the package that has $1 (library(…)), or write package::$1"),
            // Node
            cure("Cannot find module '([^']+)'", "install it in the image (npm ci), beside the program: $1"),
            cure(
                    "ReferenceError: require is not defined.*",
                    "in an ES module write import … from …, or name the file .cjs"),
            // Go
            cure(
                    "token too long",
                    "Go's bufio.Scanner takes lines of 64 KiB: give it a Buffer of 16 MiB, or use bufio.Reader's ReadBytes"),
            cure(
                    "runtime error: (?:index out of range|invalid memory address|slice bounds).*|interface conversion: .*",
                    "look whether a member is there before it is used, and answer {\"error\": {\"code\": 400, …}} if not"),
            cure(
                    "json: unsupported value: (NaN|[+-]Inf)",
                    "JSON has no $1: answer nil (null) in its place, or an error"),
            // jq
            cure("\\$(\\w+) is not defined", "give it to jq: --arg $1 TEXT or --argjson $1 VALUE, or use $ENV.$1"),
            cure(
                    "jq: error: (?:syntax error|.* is not defined).*|jq: \\d+ compile error.*",
                    "the filter has a fault: try it by hand with jq -c -f FILE request.json"),
            cure(
                    "jq: error \\(at .*",
                    "put the filter into try (…) catch {error: {code: 400, message: .}}, and start jq with -R and fromjson, so"
                            + " that no body ends it"),
            // The channel, and JSON-RPC
            cure(
                    "has not connected to ADAPTER_SOCKET.*",
                    "connect to the UNIX socket whose path is in $ADAPTER_SOCKET, and talk there; a program that reads stdin and"
                            + " writes to stdout needs no --channel"),
            cure(
                    "(?:could not initialize: |did not answer initialize |answer to initialize can't be used).*",
                    "answer initialize with what you can do, such as {\"concurrency\":1}, or with the error -32601; a program"
                            + " that answers bare lines needs no --format=jsonrpc"),
            cure("closed its (?:socket|stdout).*", "keep what replies go to open until the other end is closed"),
            // Of the adapter
            cure(
                    "a bare null is no reply",
                    "does the function return its result? One without return answers null (None, undefined)"),
            cure(
                    "the program wrote more JSON objects than it was asked for",
                    "one line for each request: all its rows belong into one list, {\"predictions\": […]}; logs go to stderr"),
            // Shells
            cure(
                    "\\$'[^']*\\\\r'|\\\\r: command not found",
                    "the script has the line ends of Windows: sed -i 's/\\r$//' FILE, and *.sh eol=lf in .gitattributes"),
            cure(
                    "(\\S+): (?:command )?not found",
                    "$1 is not in the image, or not on the PATH: install it, or give its whole path"),
            cure("unbound variable", "set it in the image (ENV), or write ${NAME:-default}"),
            cure("syntax error(?: near|: unexpected).*", "the script has a fault: bash -n FILE finds it"));

    /** What callers should have got. */
    private static final Pattern REPLY = Pattern.compile("\\s*\\{.*\"predictions\"\\s*:.*}\\s*");

    private static final Pattern PANIC = Pattern.compile("panic: .*|goroutine \\d+ .*");

    private Cures() {}

    private record Cure(Pattern seen, String advice) {}

    private static Cure cure(String pattern, String advice) {
        return new Cure(Pattern.compile(pattern), advice);
    }

    /** Null if nothing is known about any of these lines. */
    static @Nullable String of(List<String> words) {
        for (Cure cure : ALL) {
            for (int i = words.size() - 1; i >= 0; i--) {
                Matcher found = cure.seen().matcher(words.get(i));
                if (found.find()) {
                    return found.groupCount() > 0 && found.group(1) != null
                            ? cure.advice().replace("$1", found.group(1))
                            : cure.advice();
                }
            }
        }
        return null;
    }

    /** What to do about answers that nobody asked for. */
    static String ofStrangeIds() {
        return "answer each request once, and with the id that came with it: a number, as it was";
    }

    /** What to do if one of the lines on stderr is what callers should have got; null if none is. */
    static @Nullable String ofReplyOnStderr(List<String> words) {
        return words.stream().anyMatch(line -> REPLY.matcher(line).matches())
                ? "the reply went to stderr: write it to stdout, as print(…), console.log(…), cat(…), fmt.Println(…) and echo do"
                : null;
    }

    /** What a program in the language of {@code command} does that is not heard of. */
    static String ofSilence(List<String> command) {
        return switch (Language.of(command)) {
            case PYTHON -> "read with for line in sys.stdin, not with read() or json.load; print(…, flush=True)";
            case R -> "read with readLines(file(\"stdin\", \"r\"), n = 1) in a loop; flush(…) a connection of your own";
            case NODE -> "answer at each 'line' of node:readline, not at the 'end' of stdin";
            case JQ ->
                "start jq with --unbuffered, and not with -s (slurp); a filter that comes to nothing, as with select or empty,"
                        + " answers nothing: write // {error: …} behind it";
            case SHELL ->
                "read a line at a time (while read -r line), not all with cat; a command in a pipe keeps its output until much has come: jq --unbuffered, grep --line-buffered,"
                        + " sed -u, stdbuf -oL; one in a loop that reads stdin takes the requests away: give it < /dev/null or"
                        + " <<< \"$line\"";
            case OTHER -> "answer each line before the next one is read, and flush after each (Go: writer.Flush())";
        };
    }

    /** What a program does whose lines are no replies. */
    static String ofOtherLines(List<String> command) {
        return "write the reply as one JSON object on one line"
                + (Language.of(command) == Language.SHELL
                        ? ", between single quotes, echo '{\"predictions\":[1]}', or made by jq -cn: bash takes double"
                                + " quotes and braces for its own"
                        : ", and all else to stderr");
    }

    /** By the words of a command line. */
    private enum Language {
        PYTHON(".*\\bpython[\\d.]*\\b.*|.*\\.py\\b.*"),
        R(".*\\bRscript\\b.*|.*\\.R\\b.*"),
        NODE(".*\\bnode\\b.*|.*\\.[cm]?js\\b.*"),
        JQ(".*\\bjq\\b.*"),
        SHELL(".*\\b(?:ba|da|z)?sh\\b.*"),
        OTHER(".*");

        private final Pattern words;

        Language(String words) {
            this.words = Pattern.compile(words, Pattern.DOTALL);
        }

        static Language of(List<String> command) {
            String line = String.join(" ", command);
            for (Language language : values()) {
                if (language.words.matcher(line).matches()) {
                    return language;
                }
            }
            return OTHER;
        }
    }

    /** Where the logs of a program in the language of {@code command} belong. */
    static String ofLogs(List<String> command) {
        return "send logs to stderr ("
                + switch (Language.of(command)) {
                    case PYTHON -> "print(…, file=sys.stderr); logging goes there unless told otherwise";
                    case R -> "message(…), or sink(stderr()) for what packages print";
                    case NODE -> "console.error(…), or console.log = console.error for what libraries print";
                    case JQ -> "debug, or input_line_number | stderr";
                    case SHELL -> "echo … >&2";
                    case OTHER -> "Go's log does so by itself";
                }
                + "), or keep stdout to yourself and use --channel=socket: a line that looks like a reply would go to a caller";
    }

    /** How a program in the language of {@code command}, with these last words, keeps a caller's mistake from ending it. */
    static String ofMistakesOfCallers(List<String> command, List<String> words) {
        return words.stream().anyMatch(line -> PANIC.matcher(line).matches())
                ? "answer {\"error\": {\"code\": 400, \"message\": \"…\"}} instead: look whether a member is there and what it is"
                        + " (value, ok := …), or recover() around the work on each line"
                : ofMistakesOfCallers(command);
    }

    private static String ofMistakesOfCallers(List<String> command) {
        String error = "answer {\"error\": {\"code\": 400, \"message\": \"…\"}} instead: ";
        return switch (Language.of(command)) {
            case PYTHON -> error + "try: … except Exception around the work on each line";
            case R -> error + "tryCatch(…, error = function(e) …) around the work on each line";
            case NODE -> error + "try { … } catch (error) { … } around the work on each line";
            case JQ ->
                error + "try (…) catch {error: {code: 400, message: .}}, and -R with fromjson for bodies that are no"
                        + " JSON";
            case SHELL ->
                error
                        + "… || echo '{\"error\":{\"code\":400,\"message\":\"…\"}}' behind the command, and read -r, which leaves"
                        + " backslashes alone";
            case OTHER -> error + "a caller's mistake is no reason to end";
        };
    }

    /** The last line of a traceback; empty if nothing was said. R and others say where it stopped below what it was. */
    static String lastLine(List<String> words) {
        for (int i = words.size() - 1; i >= 0; i--) {
            String line = words.get(i).strip();
            boolean says = !line.isEmpty()
                    && !line.matches(
                            "Execution halted|Calls: .*|Node\\.js v[\\d.]+|at .*|exit status \\d+"
                                    + "|[\\^~\\s]+|goroutine \\d+.*|\\t?/.*:\\d+.*\\+0x.*|main\\..*\\(.*\\)|created by .*|\\[.*\\]:?");
            if (says) {
                return line;
            }
        }
        return words.isEmpty() ? "" : words.get(words.size() - 1).strip();
    }
}
