package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Makes the mistakes that the table of docs/troubleshooting.md lists: each is answered with the status, and in the words, that
 * stand there, and one with the same symptom as the row above it with those of that row.
 */
@Timeout(600)
@Execution(ExecutionMode.CONCURRENT)
class TroubleshootingPageIT {
    private static final String BODY = "{\"instances\":[{\"km\":2}]}";
    private static final String NO_PORT = "no port";
    private static final Pattern HELD = Pattern.compile("(?m)^adapter_(?:in_flight|queue_depth)\\{[^}]*} (\\S+)$");

    private static final String THE_SAME = "the same";

    /** A row of that table. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| (.+?) \\| .+ \\|$");

    /** A symptom that begins with a status, or says that there is no port, and then quotes. */
    private static final Pattern SYMPTOM = Pattern.compile("(no port|\\d{3})(?: or [a-z ]+)?, \"([^\"…]+)…?\".*");

    private static final String EACH_LINE = "import json, sys\nfor line in sys.stdin: ";

    /** By the beginning of the cause that the table names. */
    private static final Map<String, List<String>> PROGRAMS = Map.ofEntries(
            Map.entry(
                    "the answer is still in the program's own buffer",
                    List.of("jq", "-c", "{predictions: [.instances[].km]}")),
            Map.entry("it reads all of stdin", python("import json, sys; json.load(sys.stdin)")),
            Map.entry(
                    "a program that it started has read",
                    python("import subprocess, sys\nfor line in iter(sys.stdin.buffer.raw.readline, b''):"
                            + " subprocess.run(['cat'])")),
            Map.entry("too few copies", python(EACH_LINE + "sys.stdin.read()")),
            Map.entry("the queue is full", python(EACH_LINE + "sys.stdin.read()")),
            Map.entry("it doesn't read its stdin", List.of("sleep", "300")),
            Map.entry("it is an HTTP server", List.of("python3", "-m", "http.server", "--bind=127.0.0.1", "0")),
            Map.entry("the answer doesn't end in", python(EACH_LINE + "sys.stdout.write('{\"predictions\":[1]}')")),
            Map.entry("the answer is no JSON object", python(EACH_LINE + "print({'predictions': [1]})")),
            Map.entry("`breakpoint()`", python(EACH_LINE + "\n  breakpoint()\n  print('{}')")),
            Map.entry("an exception ended it", python(EACH_LINE + "json.loads(line)['miles']")),
            Map.entry("it answers once and ends", python("input()")),
            Map.entry("it expects the other format", python(EACH_LINE + "json.loads(line)['method']")),
            // In one write: what comes alone at first is taken for the reply.
            Map.entry(
                    "JSON on stdout beside the answer",
                    python("import os, sys\nfor line in sys.stdin:"
                            + " os.write(1, b'{\"level\":\"info\"}\\n{\"predictions\":[1]}\\n')")));

    /** Whose caller has others in front of it. */
    private static final Map<String, Integer> WAITING = Map.of("too few copies", 1, "the queue is full", 2);

    /** What needs a limit of memory: ProgramMemoryIT has it. */
    private static final String OUT_OF_MEMORY = "the program took more memory than the container has";

    @TempDir
    Path folder;

    /** What a row says, but for its remedy. */
    record Mistake(String outcome, String quoted, String cause) {
        /** The beginning of its cause, by which its program is known. */
        String key() {
            return PROGRAMS.keySet().stream()
                    .filter(cause::startsWith)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Mistake> rows() throws Exception {
        String page = Files.readString(AdapterProcess.ROOT.resolve("docs/troubleshooting.md"));
        var rows = new ArrayList<Mistake>();
        Matcher symptom = SYMPTOM.matcher("");
        for (MatchResult row : ROW.matcher(page).results().toList()) {
            if (!row.group(1).equals(THE_SAME)) {
                symptom = SYMPTOM.matcher(row.group(1));
            }
            if (symptom.matches()) {
                rows.add(new Mistake(symptom.group(1), symptom.group(2), row.group(2)));
            }
        }
        return rows;
    }

    static List<Mistake> mistakes() throws Exception {
        return rows().stream()
                .filter(row -> !row.cause().startsWith(OUT_OF_MEMORY))
                .toList();
    }

    @Test
    void everyQuoteOfTheTableHasItsMistake() throws Exception {
        assertThat(mistakes().stream().map(Mistake::key)).containsExactlyInAnyOrderElementsOf(PROGRAMS.keySet());
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void theMistakeShowsAsTheTableSays(Mistake mistake) throws Exception {
        List<String> options = List.of("--request-timeout=5s", "--queue-size=1");
        List<Socket> before = new ArrayList<>();
        try (Served served = Served.launch(folder, options, PROGRAMS.get(mistake.key()))) {
            if (mistake.outcome().equals(NO_PORT)) {
                served.adapter().logs(mistake.quoted());
                assertThat(served.adapter().acceptsConnections()).isFalse();
                return;
            }
            served.adapter().awaitPort();
            for (int i = 0; i < WAITING.getOrDefault(mistake.key(), 0); i++) {
                before.add(served.call(BODY));
                int taken = i + 1;
                served.adapter().until(() -> holds(served, taken), taken + " requests taken");
            }
            HttpResponse<String> answer = served.predict(BODY);
            assertThat(answer.body()).as(served.adapter().output()).contains(mistake.quoted());
            assertThat(answer.statusCode()).isEqualTo(Integer.parseInt(mistake.outcome()));
        } finally {
            for (Socket caller : before) {
                caller.close();
            }
        }
    }

    private static boolean holds(Served served, int requests) {
        return HELD.matcher(served.adapter().metrics())
                        .results()
                        .mapToDouble(held -> Double.parseDouble(held.group(1)))
                        .sum()
                == requests;
    }

    private static List<String> python(String program) {
        return List.of("python3", "-c", program);
    }
}
