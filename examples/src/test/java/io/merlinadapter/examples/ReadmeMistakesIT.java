package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Makes the mistakes that README's table lists: each is answered with the status, and in the words, that stand there. */
@Timeout(600)
class ReadmeMistakesIT {
    private static final String BODY = "{\"instances\":[{\"km\":2}]}";
    private static final String NO_PORT = "no port";

    /** A row whose symptom begins with a status, or says that there is no port, and then quotes. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (no port|\\d{3})(?: or [a-z ]+)?, \"([^\"…]+)…?\"[^|]*\\|");

    private static final String EACH_LINE = "import json, sys\nfor line in sys.stdin: ";

    /** By what the table quotes. */
    private static final Map<String, List<String>> PROGRAMS = Map.of(
            "it has written nothing to its stdout",
            List.of("python3", "-c", "import json, sys; json.load(sys.stdin)"),
            "does not wait for a line on its stdin",
            List.of("sleep", "300"),
            "it has no end of line",
            List.of("python3", "-c", EACH_LINE + "sys.stdout.write('{\"predictions\":[1]}')"),
            "the program's reply can't be used: ",
            List.of("python3", "-c", EACH_LINE + "print({'predictions': [1]})"),
            "it stands in a debugger",
            List.of("python3", "-c", EACH_LINE + "\n  breakpoint()\n  print('{}')"),
            "ended with exit code 0, by itself",
            List.of("python3", "-c", "input()"),
            "does it speak JSON-RPC",
            List.of("python3", "-c", EACH_LINE + "json.loads(line)['method']"),
            "more JSON objects than it was asked for",
            // In one write: what comes alone at first is taken for the reply.
            List.of(
                    "python3",
                    "-c",
                    "import os, sys\nfor line in sys.stdin: os.write(1, b'{\"level\":\"info\"}\\n{\"predictions\":[1]}\\n')"));

    @TempDir
    Path folder;

    private static Stream<MatchResult> rows() throws Exception {
        return ROW.matcher(Files.readString(AdapterProcess.ROOT.resolve("README.md")))
                .results();
    }

    static List<List<String>> symptoms() throws Exception {
        return rows().map(row -> List.of(row.group(1), row.group(2))).toList();
    }

    @Test
    void everyQuoteOfTheTableHasItsMistake() throws Exception {
        assertThat(rows().map(row -> row.group(2))).containsExactlyInAnyOrderElementsOf(PROGRAMS.keySet());
    }

    @ParameterizedTest
    @MethodSource("symptoms")
    void theMistakeShowsAsTheTableSays(List<String> symptom) {
        String outcome = symptom.get(0);
        String quoted = symptom.get(1);
        try (Served served = Served.launch(folder, List.of("--request-timeout=5s"), PROGRAMS.get(quoted))) {
            if (outcome.equals(NO_PORT)) {
                served.adapter().logs(quoted);
                assertThat(served.adapter().acceptsConnections()).isFalse();
                return;
            }
            served.adapter().awaitPort();
            HttpResponse<String> answer = served.predict(BODY);
            assertThat(answer.body()).as(served.adapter().output()).contains(quoted);
            assertThat(answer.statusCode()).isEqualTo(Integer.parseInt(outcome));
        }
    }
}
