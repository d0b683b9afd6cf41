package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.metrics.child.ChildReport;
import io.merlinadapter.metrics.child.ChildSample;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program reports of itself, one message at a time. */
class MetricsNoticeTest {
    private static final JsonRpc RPC =
            new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("m", "1", "m-1", null));
    private static final String GOOD = "{\"name\":\"good\",\"type\":\"counter\",\"value\":1}";

    private static ChildReport read(String params) {
        Message message =
                RPC.read(Bodies.within("{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":" + params + "}"));
        assertThat(message).as(params).isInstanceOf(Message.Metrics.class);
        return ((Message.Metrics) message).report();
    }

    private static ChildSample one(String params) {
        ChildReport said = read(params);
        assertThat(said.faults()).as(params).isEmpty();
        assertThat(said.samples()).hasSize(1);
        return said.samples().get(0);
    }

    private static String metric(String members) {
        return "[{\"name\":\"a\",\"type\":\"counter\",\"value\":1," + members + "}]";
    }

    @Test
    void aSampleIsReadWhole() {
        ChildSample sample =
                one("[{\"value\":0.3,\"buckets\":[0.1,1,2.5e1],\"more\":{\"a\":[1]},\"help\":\"how \\u00e9\","
                        + "\"labels\":{\"zone\":\"caf\u00e9 \\\"1\\\"\",\"a\":\"\\u20ac\",\"n\":1.50,\"b\":true},"
                        + "\"type\":\"histogram\",\"name\":\"ns:score_1\"}]");
        assertThat(sample.name()).isEqualTo("ns:score_1");
        assertThat(sample.type()).isEqualTo(ChildSample.Type.HISTOGRAM);
        assertThat(sample.value()).isEqualTo(0.3);
        assertThat(sample.labels())
                .containsExactly(
                        Map.entry("a", "\u20ac"),
                        Map.entry("b", "true"),
                        Map.entry("n", "1.50"),
                        Map.entry("zone", "caf\u00e9 \"1\""));
        assertThat(sample.buckets()).containsExactly(0.1, 1.0, 25.0);
        assertThat(sample.help()).isEqualTo("how \u00e9");
    }

    @Test
    void whatIsNotNeededMayBeLeftAwayOrNull() {
        ChildSample sample = one("{\"name\":\"a\",\"type\":\"gauge\",\"value\":-1}");
        assertThat(sample)
                .isEqualTo(
                        one(metric("\"labels\":null,\"buckets\":null,\"help\":null,\"type\":\"gauge\",\"value\":-1")));
        assertThat(sample.labels()).isEmpty();
        assertThat(sample.buckets()).isEmpty();
        assertThat(sample.help()).isNull();
    }

    @Test
    void anEmptyLabelIsNoneAsForPrometheus() {
        assertThat(one(metric("\"labels\":{\"a\":\"\",\"b\":\"1\"}")).labels()).containsExactly(Map.entry("b", "1"));
    }

    @Test
    void halfACharacterIsWhatItWillBeWrittenAs() {
        assertThat(one(metric("\"labels\":{\"a\":\"\\ud800\"}")).labels()).containsExactly(Map.entry("a", "?"));
    }

    @Test
    void longHelpIsCut() {
        assertThat(one(metric("\"help\":\"" + "x".repeat(2000) + '"')).help())
                .hasSize(500)
                .endsWith("…");
    }

    @Test
    void aNegativeZeroIsAZero() {
        ChildSample sample = one("{\"name\":\"a\",\"type\":\"histogram\",\"value\":-0.0,\"buckets\":[-0.0]}");
        assertThat(Double.doubleToRawLongBits(sample.value())).isZero();
        assertThat(sample.buckets()).containsExactly(0.0);
    }

    @Test
    void severalAreReadInTheirOrderAndABadOneLosesNoOther() {
        ChildReport said =
                read("[" + GOOD + ",7,[[{}]],{\"name\":\"bad\",\"labels\":{\"a\":{\"b\":[1]}},\"value\":[{}]},"
                        + "{\"name\":\"b\",\"type\":\"gauge\",\"value\":NaN}," + GOOD.replace("good", "better") + "]");
        assertThat(said.samples()).extracting(ChildSample::name).containsExactly("good", "better");
        assertThat(said.faults()).extracting(ChildReport.Fault::metric).containsExactly("", "", "bad", "b");
        assertThat(said.unusable()).isEqualTo(4);
        assertThat(read("[]").samples()).isEmpty();
    }

    @Test
    void aFloodIsCutAndCounted() {
        ChildReport said = read(IntStream.range(0, MetricsNotice.MOST_SAMPLES + 100)
                .mapToObj(i -> GOOD)
                .collect(Collectors.joining(",", "[", "]")));
        assertThat(said.samples()).hasSize(MetricsNotice.MOST_SAMPLES);
        assertThat(said.unusable()).isEqualTo(100);
        assertThat(said.faults())
                .hasSize(MetricsNotice.MOST_FAULTS)
                .allSatisfy(fault -> assertThat(fault.why()).contains("fewer at a time"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"a\"", "null", "true", "NaN"})
    void whatIsNoMetricAtAllIsAFault(String params) {
        assertThat(read(params).faults())
                .hasSize(1)
                .allSatisfy(fault -> assertThat(fault.why()).contains("\"params\" must be an array"));
    }

    @Test
    void withoutParametersTheMessageIsAFault() {
        assertThat(RPC.read(Bodies.of("{\"jsonrpc\":\"2.0\",\"method\":\"metrics\"}")))
                .isInstanceOfSatisfying(
                        Message.Metrics.class,
                        said -> assertThat(said.report().unusable()).isEqualTo(1));
    }

    /** The last of two members with the same name counts, so that each row changes one of a good metric. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"name\":\"\"|it has no \"name\"",
                "\"name\":7|its \"name\" must be a text",
                "\"name\":\"1a\"|its name must consist of",
                "\"name\":\"a b\"|its name must consist of",
                "\"name\":\"a-b\"|its name must consist of",
                "\"name\":\"caf\u00e9\"|its name must consist of",
                "\"name\":\"a\\n\"|its name must consist of",
                "\"name\":\"_total\"|its name must not be _total",
                "\"type\":\"summary\"|its \"type\" is \"summary\" (expected: counter, gauge or histogram)",
                "\"type\":\"Counter\"|its \"type\" is \"Counter\"",
                "\"type\":[1]|its \"type\" must be a text",
                "\"value\":\"1\"|its \"value\" must be a number",
                "\"value\":true|its \"value\" must be a number",
                "\"value\":{}|its \"value\" must be a number",
                "\"value\":NaN|its \"value\" is NaN",
                "\"value\":Infinity|its \"value\" is Infinity",
                "\"value\":1e999|its \"value\" is Infinity",
                "\"value\":-0.1|0 or more",
                "\"labels\":[1]|its \"labels\" must be an object",
                "\"labels\":{\"a\":null}|its label \"a\" must be a text",
                "\"labels\":{\"a\":[1]}|its label \"a\" must be a text",
                "\"labels\":{\"a\":\"1\",\"a\":\"2\"}|its label \"a\" is there twice",
                "\"labels\":{\"a\":\"\",\"a\":\"2\"}|its label \"a\" is there twice",
                "\"labels\":{\"\":\"1\"}|its label \"\" must consist of",
                "\"labels\":{\"a:b\":\"1\"}|its label \"a:b\" must consist of",
                "\"labels\":{\"caf\u00e9\":\"1\"}|its label \"caf\u00e9\" must consist of",
                "\"labels\":{\"1\":\"1\"}|its label \"1\" must consist of",
                "\"labels\":{\"__a\":\"1\"}|its label \"__a\" must consist of",
                "\"labels\":{\"model_name\":\"1\"}|its label \"model_name\" is set by the adapter",
                "\"labels\":{\"model_version\":\"1\"}|its label \"model_version\" is set by the adapter",
                "\"type\":\"gauge\",\"labels\":{\"worker\":\"1\"}|its label \"worker\" is set by the adapter",
                "\"labels\":{\"le\":\"1\"},\"type\":\"histogram\"|its label \"le\" is set by the adapter",
                "\"buckets\":[1]|which only a histogram may have",
                "\"type\":\"histogram\",\"buckets\":7|its \"buckets\" must be an array",
                "\"type\":\"histogram\",\"buckets\":[]|leave them out",
                "\"type\":\"histogram\",\"buckets\":[1,\"2\"]|every one of its \"buckets\" must be a number",
                "\"type\":\"histogram\",\"buckets\":[1,[2]]|every one of its \"buckets\" must be a number",
                "\"type\":\"histogram\",\"buckets\":[1,1]|its \"buckets\" have 1.0",
                "\"type\":\"histogram\",\"buckets\":[2,1]|its \"buckets\" have 1.0",
                "\"type\":\"histogram\",\"buckets\":[1,Infinity]|infinity is added",
                "\"type\":\"histogram\",\"buckets\":[-Infinity,1]|its \"buckets\" have -Infinity",
                "\"type\":\"histogram\",\"buckets\":[NaN]|its \"buckets\" have NaN",
                "\"help\":7|its \"help\" must be a text",
            })
    void aFaultIsExplained(String members, String why) {
        ChildReport said = read(metric(members));
        assertThat(said.samples()).as(members).isEmpty();
        assertThat(said.unusable()).isEqualTo(1);
        assertThat(said.faults())
                .hasSize(1)
                .allSatisfy(fault -> assertThat(fault.why())
                        .contains(why)
                        .startsWith(why.startsWith("every") ? "its " + why : "it"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"gauge\",\"labels\":{\"le\":\"1\",\"quantile\":\"1\"}",
                "\"labels\":{\"worker\":\"1\"}",
                "\"value\":0",
                "\"value\":1e308",
                "\"type\":\"histogram\",\"value\":-5",
                "\"type\":\"gauge\",\"name\":\"_total\"",
                "\"name\":\":\"",
            })
    void whatOnlyLooksOddIsTaken(String members) {
        one(metric(members));
    }

    @Test
    void lengthsAndNumbersAreBounded() {
        String longest = "x".repeat(200);
        assertThat(one(metric("\"name\":\"" + longest + "\",\"labels\":{\"a\":\"" + longest + "\"}"))
                        .name())
                .isEqualTo(longest);
        assertThat(one(metric(labels(10))).labels()).hasSize(10);
        assertThat(one(metric("\"type\":\"histogram\"," + buckets(100))).buckets())
                .hasSize(100);
        assertThat(List.of(
                        "\"name\":\"" + longest + "x\"",
                        "\"name\":\"" + "x".repeat(100_000) + '"',
                        "\"labels\":{\"a\":\"" + longest + "x\"}",
                        "\"labels\":{\"" + longest + "x\":\"a\"}",
                        labels(11),
                        labels(100_000),
                        "\"type\":\"histogram\"," + buckets(101),
                        "\"type\":\"histogram\"," + buckets(100_000)))
                .allSatisfy(members -> {
                    ChildReport said = read(metric(members));
                    assertThat(said.samples()).isEmpty();
                    assertThat(said.faults()).hasSize(1).allSatisfy(fault -> {
                        assertThat(fault.why()).containsPattern("more than (200|100|10) |at most 200 ");
                        assertThat(fault.why() + fault.metric()).hasSizeLessThan(700);
                    });
                });
    }

    private static String labels(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> "\"l" + i + "\":\"" + i + '"')
                .collect(Collectors.joining(",", "\"labels\":{", "}"));
    }

    private static String buckets(int number) {
        return IntStream.range(0, number)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "\"buckets\":[", "]"));
    }
}
