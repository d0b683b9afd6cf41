package io.merlinadapter.examples;

import static io.merlinadapter.examples.Helped.call;
import static io.merlinadapter.examples.Helped.cancel;
import static io.merlinadapter.examples.Helped.error;
import static io.merlinadapter.examples.Helped.result;
import static io.merlinadapter.examples.Helped.toDo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What the one-file helpers of examples/templates promise at their top, line by line. */
@Timeout(600)
final class HelpersIT {
    private static final int MEGABYTE = 1 << 20;

    private static String echo(String text) {
        return "{\"do\":\"echo\",\"text\":\"" + text + "\"}";
    }

    private static String predictions(String text) {
        return "{\"predictions\":[\"" + text + "\"]}";
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsTheCallersAndAnyOtherErrorSaysNoMoreThanThatItWasOne(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            assertThat(helped.initialize()).contains("\"id\":1,\"result\":{").contains("\"concurrency\":");
            helped.send(call(2, toDo("refuse")));
            assertThat(helped.read()).isEqualTo(error(2, 422, "no"));

            helped.send(call(3, toDo("fail")));
            StringBuilder log = new StringBuilder();
            assertThat(helped.readBehindLog(log))
                    .startsWith(
                            "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":500,\"message\":\"the program failed")
                    .contains("log says more")
                    .doesNotContain("hunter2");
            assertThat(log.toString()).contains("the password is hunter2").doesNotContain("merlin_adapter.py");

            helped.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"news\"}", "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"news\"}");
            assertThat(helped.read()).isEqualTo(error(4, -32601, "Method not found"));
            helped.send(call(5, echo("on")));
            assertThat(helped.read()).isEqualTo(result(5, predictions("on")));
            assertThat(helped.end()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsSayWhoAskedAndLinesMayBeLongAndOfAnyLetters(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("headers")));
            assertThat(helped.read()).isEqualTo(result(2, "{\"predictions\":[\"7f3\",60000,\"HTTP_JSON\"]}"));

            String letters = "é ß 漢 \uD83D\uDE00 \\u2028 \u2028 \u0085 \\\" \\n";
            helped.send(call(3, echo(letters)), call(4, echo("x".repeat(5 * MEGABYTE))));
            assertThat(unescaped(helped.read())).isEqualTo(unescaped(result(3, predictions(letters))));
            assertThat(helped.read()).isEqualTo(result(4, predictions("x".repeat(5 * MEGABYTE))));
            assertThat(helped.end()).isEmpty();
        }
    }

    /** Texts may be escaped or not. */
    private static String unescaped(String json) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            if (json.startsWith("\\u", i)) {
                plain.append((char) Integer.parseInt(json.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                plain.append(json.charAt(i));
            }
        }
        return plain.toString();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPrintedIsNoReplyAndWhatReadsStdinEatsNoRequest(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("read")), call(3, toDo("print")), call(4, echo("on")));
            assertThat(helped.read()).isEqualTo(result(2, predictions("0")));
            assertThat(helped.read()).isEqualTo(result(3, "{\"predictions\":[]}"));
            assertThat(helped.read()).isEqualTo(result(4, predictions("on")));
            assertThat(helped.end()).isEmpty();
            assertThat(helped.errors()).contains("stray words", "stray process");
        }
    }

    @ParameterizedTest
    @EnumSource
    void logsMetricsAndTheLastCryGoOutBeforeTheAnswer(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("report")));
            List<String> lines = helped.read(6);
            assertThat(lines.get(0)).contains("\"method\":\"log\"", "\"level\":\"warn\"", "\"message\":\"a week old\"");
            assertThat(lines.get(1))
                    .contains("\"method\":\"metrics\"", "\"name\":\"hits\"", "\"type\":\"counter\"", "\"value\":1")
                    .contains("\"labels\":{\"zone\":\"a\"}");
            assertThat(lines.get(2)).contains("\"name\":\"level\"", "\"type\":\"gauge\"", "\"value\":2.5");
            assertThat(lines.get(3))
                    .contains("\"name\":\"score\"", "\"type\":\"histogram\"", "\"value\":0.3", "\"buckets\":[0.5,1]");
            assertThat(lines.get(4)).contains("\"method\":\"fatal\"", "\"message\":\"the GPU is gone\"");
            assertThat(lines.get(5)).isEqualTo(result(2, "{\"predictions\":[]}"));
        }
    }

    /** Python leaves it to the adapter, which knows whether --nan=null is set. */
    @ParameterizedTest
    @EnumSource
    void aNaNIsAnError(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("nan")));
            if (template == Template.PYTHON) {
                assertThat(helped.read()).isEqualTo(result(2, "{\"predictions\":[NaN]}"));
            } else {
                StringBuilder log = new StringBuilder();
                assertThat(helped.readBehindLog(log)).contains("\"code\":500");
                assertThat(log.toString()).contains("NaN");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutMessagesAroundThemBodiesAreAnsweredByTheirResultsToTheLastOne(Template template) {
        try (Helped helped = Helped.start(template, "many")) {
            helped.send(echo("a"), toDo("refuse"), toDo("report"), echo("b") + "\n" + echo("c"));
            assertThat(helped.end())
                    .containsExactly(
                            predictions("a"),
                            "{\"error\":{\"code\":422,\"message\":\"no\"}}",
                            "{\"predictions\":[]}",
                            predictions("b"),
                            predictions("c"));
            assertThat(helped.errors()).contains("a week old");
        }
    }

    /** A caller's body may look like anything. */
    @ParameterizedTest
    @EnumSource
    void onceABodyHasComeAloneSoDoThoseThatLookLikeMessages(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            assertThat(helped.initialize()).contains("\"id\":1,\"result\":{");
            String disguised = "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"do\":\"echo\",\"text\":\"b\"}";
            helped.send(echo("a"), disguised);
            assertThat(helped.read(2)).containsExactly(predictions("a"), predictions("b"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void atTheEndOfItsInputItAnswersWhatItHasAndEndsWell(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            helped.initialize();
            helped.send(call(2, echo("a")), call(3, echo("b")), call(4, toDo("refuse")));
            assertThat(helped.end())
                    .containsExactly(result(2, predictions("a")), result(3, predictions("b")), error(4, 422, "no"));
        }
    }

    /** The first sees it while it works; the other, whose turn has not come, never begins. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "R")
    void callsThatNobodyWaitsForEndEarlyOrNeverBegin(Template template) {
        try (Helped helped = Helped.start(template, "plain")) {
            assertThat(helped.initialize()).contains("\"cancel\":true");
            helped.send(call(2, toDo("wait")), call(3, toDo("wait")));
            helped.awaitError("waiting");
            helped.send(cancel(3), cancel(7), cancel(2), call(4, echo("on")));
            assertThat(helped.read()).isEqualTo(error(2, 499, "gone"));
            assertThat(helped.read()).isEqualTo(error(3, 499, "cancelled"));
            assertThat(helped.read()).isEqualTo(result(4, predictions("on")));
            assertThat(helped.end()).isEmpty();
            assertThat(helped.errors()).containsOnlyOnce("waiting");
        }
    }

    /** So the adapter sends only what R comes to at once, and keeps the others, which it can drop. */
    @Test
    void rTakesNoMoreThanTheNextCall() {
        try (Helped helped = Helped.start(Template.R, "plain")) {
            assertThat(helped.initialize()).contains("\"concurrency\":2").doesNotContain("cancel");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "R")
    void aQuickCallOvertakesASlowOneIfSeveralMayRun(Template template) {
        try (Helped helped = Helped.start(template, "many")) {
            assertThat(helped.initialize()).containsPattern("\"concurrency\":(4|11)[,}]");
            helped.send(call(2, toDo("wait")), call(3, toDo("wait")), call(4, toDo("fail")), call(5, echo("on")));
            StringBuilder log = new StringBuilder();
            assertThat(List.of(helped.readBehindLog(log), helped.readBehindLog(log)))
                    .anySatisfy(line -> assertThat(line).contains("\"id\":4,\"error\":{\"code\":500"))
                    .contains(result(5, predictions("on")));
            helped.send(cancel(3));
            assertThat(helped.read()).isEqualTo(error(3, 499, "gone"));
            helped.send(cancel(2));
            assertThat(helped.read()).isEqualTo(error(2, 499, "gone"));
            assertThat(helped.end()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofABatchEachCallGetsItsOwnResultOrItsOwnError(Template template) {
        try (Helped helped = Helped.start(template, "batch")) {
            assertThat(helped.initialize()).contains("\"max_size\":32").contains("\"concurrency\":2");
            helped.send("[" + call(2, echo("a")) + "," + call(3, toDo("refuse")) + "," + call(4, echo("b")) + "]");
            assertThat(helped.read())
                    .isEqualTo("[" + result(2, "{\"together\":3}") + "," + error(3, 422, "no") + ","
                            + result(4, "{\"together\":3}") + "]");

            helped.send("[" + call(5, echo("a")) + "," + call(6, toDo("fail")) + "]", call(7, echo("c")));
            StringBuilder log = new StringBuilder();
            assertThat(helped.readBehindLog(log))
                    .startsWith("[" + result(5, "{\"together\":1}")
                            + ",{\"jsonrpc\":\"2.0\",\"id\":6,\"error\":{\"code\":500")
                    .doesNotContain("hunter2");
            assertThat(helped.read()).isEqualTo(result(7, "{\"together\":1}"));
            assertThat(helped.end()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "R")
    void overASocketStdoutIsForLogsAlone(Template template, @TempDir Path folder) {
        try (Helped helped = Helped.startOverSocket(template, folder.resolve("s"))) {
            helped.initialize();
            helped.send(call(2, toDo("print")), call(3, echo("x".repeat(MEGABYTE))));
            assertThat(helped.read()).isEqualTo(result(2, "{\"predictions\":[]}"));
            assertThat(helped.read()).isEqualTo(result(3, predictions("x".repeat(MEGABYTE))));
            assertThat(helped.end()).isEmpty();
            assertThat(helped.errors()).contains("stray words", "stray process");
        }
    }

    @Test
    void pythonWritesValuesOfNumpyAndPandasAsJson() {
        try (Helped helped = Helped.start(Template.PYTHON, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("values")));
            assertThat(helped.read())
                    .contains("\"array\":[0,1,2]", "\"float32\":1.5", "\"int64\":4611686018427387904", "\"bool\":true")
                    .contains("\"matrix\":[[1,2],[3,4]]", "\"series\":[1.5,2.5]", "\"category\":[\"a\",\"b\"]")
                    .contains("\"frame\":[{\"km\":1,\"at\":\"2024-01-01T00:00:00\"},{\"km\":2,\"at\":null}]")
                    .contains("\"timestamp\":\"2024-01-01T12:00:00\"", "\"times\":[\"2024-01-01T00:00:00\",null]")
                    .contains("\"na\":null", "\"date\":\"2024-01-01\"", "\"decimal\":0.5", "\"by_class\":{\"7\":0.25}");
        }
    }

    @Test
    void nodeWritesTypedArraysAndLargeIntegersAsJson() {
        try (Helped helped = Helped.start(Template.NODE, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("values")));
            assertThat(helped.read()).isEqualTo(result(2, "{\"array\":[1.5,2],\"large\":12}"));
        }
    }

    @Test
    void rKeepsOnePredictionAnArrayAndMakesASingleTextAText() {
        try (Helped helped = Helped.start(Template.R, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("values")));
            assertThat(helped.read())
                    .isEqualTo(result(
                            2,
                            "{\"predictions\":[2.5],\"version\":\"a\",\"one\":[\"b\"],\"frame\":[{\"km\":1,\"zone\":null}],"
                                    + "\"matrix\":[[1,2]],\"factor\":[\"x\",\"y\"],\"none\":null,\"empty\":[],"
                                    + "\"date\":\"2024-01-01\",\"large\":123456789012345}"));
        }
    }

    @Test
    void aPanicOfGoIsOneCallsFailure() {
        try (Helped helped = Helped.start(Template.GO, "plain")) {
            helped.initialize();
            helped.send(call(2, toDo("panic")), call(3, echo("on")));
            StringBuilder log = new StringBuilder();
            assertThat(helped.readBehindLog(log))
                    .contains("\"id\":2,\"error\":{\"code\":500")
                    .doesNotContain("hunter2");
            assertThat(log.toString()).contains("panic:the password is hunter2", "main.go");
            assertThat(helped.read()).isEqualTo(result(3, predictions("on")));
        }
    }

    /** The last report is at the end; those before need a clock, and are HelpersDeliveredIT's. */
    @Test
    void whatPrometheusClientHasCountedIsReportedWithAsManyObservationsAsItHasSeen() {
        try (Helped helped = Helped.start(Template.PYTHON, "counted")) {
            helped.initialize();
            List<String> reports = helped.end();
            String report = String.join("", reports);
            assertThat(report)
                    .contains(
                            "{\"name\":\"asked_total\",\"type\":\"counter\",\"value\":3.0,\"labels\":{\"zone\":\"a\"},\"help\":\"Calls\"}")
                    .contains("{\"name\":\"level\",\"type\":\"gauge\",\"value\":1.5,\"labels\":{},\"help\":\"Level\"}")
                    .contains("{\"name\":\"size_count\",\"type\":\"counter\",\"value\":1.0")
                    .contains("{\"name\":\"size_sum\",\"type\":\"counter\",\"value\":4.0")
                    .contains("\"help\":\"Seconds\",\"buckets\":[0.1,1.0,10.0]}")
                    .doesNotContain("process_", "_created");
            List<Double> observed = Pattern.compile("\"name\":\"took\",\"type\":\"histogram\",\"value\":([^,]+),")
                    .matcher(report)
                    .results()
                    .map(match -> Double.valueOf(match.group(1)))
                    .toList();
            assertThat(observed).hasSize(5);
            assertThat(observed.get(0)).isBetween(0.0, 0.1);
            assertThat(observed.subList(1, 3))
                    .allSatisfy(value -> assertThat(value).isBetween(0.1, 1.0));
            assertThat(observed.get(3)).isBetween(1.0, 10.0);
            assertThat(observed.get(4)).isGreaterThan(10);
            assertThat(observed.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(78.05, offset(1e-9));
        }
    }
}
