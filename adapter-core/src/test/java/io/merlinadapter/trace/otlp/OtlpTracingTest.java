package io.merlinadapter.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import io.merlinadapter.trace.TraceSettings;
import io.merlinadapter.trace.TracedCall;
import io.merlinadapter.trace.TracedCall.CallEnd;
import io.merlinadapter.trace.Tracing.Parent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls as spans, with children in memory and a list in place of a collector. */
class OtlpTracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final Parent NONE = new Parent(null, null);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final ScriptedCore.Options options = new ScriptedCore.Options();
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    private static TraceSettings settings(double ratio, int most) {
        return new TraceSettings(
                new TraceSettings.Target(
                        URI.create("http://collector:4318/v1/traces"),
                        Map.of(),
                        Duration.ofSeconds(1),
                        false,
                        null,
                        null),
                new TraceSettings.Sampling(true, ratio),
                new TraceSettings.Queue(most, Math.min(most, 512), Duration.ofHours(1), PATIENCE),
                Map.of("service.name", "eta"));
    }

    private OtlpTracing tracing(ScriptedCore core) {
        return OtlpTracing.of(settings(1, 2048), new Listing(CompletableResultCode.ofSuccess()), core.loop::now);
    }

    private class Listing implements SpanExporter {
        private final CompletableResultCode result;

        Listing(CompletableResultCode result) {
            this.result = result;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> some) {
            spans.addAll(some);
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private static TracedCall begin(OtlpTracing tracing, ScriptedCore core, Parent parent) {
        return tracing.begin("POST /v1/predict", parent, core.loop.now());
    }

    private static CallEnd http(Integer code, FailureKind failure) {
        return new CallEnd(false, "/v1/predict", "/v1/predict", "1.1", code, failure, null, null);
    }

    private List<SpanData> named(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    private SpanData only(String name) {
        assertThat(named(name)).hasSize(1);
        return named(name).get(0);
    }

    private static long millis(SpanData span) {
        return Duration.ofNanos(span.getEndEpochNanos() - span.getStartEpochNanos())
                .toMillis();
    }

    @Test
    void aCallIsAWholeAQueueAndAProgramWithTheTimesOfTheLoop() {
        options.orderCheck = Duration.ZERO;
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        Asked first = core.ask("{\"n\":1}");
        TracedCall call = begin(tracing, core, NONE);
        core.advance(Duration.ofMillis(5));
        Asked second = core.askTracedInTheSameTurn("{\"n\":2}", ScriptedCore.TIMEOUT, call);
        core.loop.turn();
        core.advance(Duration.ofMillis(20));
        core.says(core.child(), "{}");
        core.advance(Duration.ofMillis(300));
        core.says(core.child(), "{}");
        assertThat(first.answer() + second.answer()).isEqualTo("{}{}");
        core.advance(Duration.ofMillis(1));
        call.ended(core.loop.now(), http(200, null));
        tracing.finish(PATIENCE);

        SpanData whole = only("POST /v1/predict");
        assertThat(whole.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(whole.getParentSpanContext().isValid()).isFalse();
        assertThat(whole.getResource().getAttribute(AttributeKey.stringKey("service.name")))
                .isEqualTo("eta");
        assertThat(millis(whole)).isEqualTo(326);
        SpanData queue = only("queue");
        SpanData program = only("program");
        assertThat(List.of(millis(queue), millis(program))).containsExactly(20L, 300L);
        assertThat(program.getStartEpochNanos()).isEqualTo(queue.getEndEpochNanos());
        assertThat(List.of(queue, program)).allSatisfy(span -> {
            assertThat(span.getParentSpanId()).isEqualTo(whole.getSpanId());
            assertThat(span.getTraceId()).isEqualTo(whole.getTraceId());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        });
        assertThat(program.getAttributes().get(AttributeKey.longKey("merlin_adapter.worker")))
                .isZero();
        assertThat(spans).hasSize(3);
    }

    @Test
    void theCallersTraceIsTakenOver() {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        Parent parent = new Parent("00-" + TRACE + "-" + CALLER + "-01", "vendor=1,other=2");
        begin(tracing, core, parent).ended(core.loop.now(), http(200, null));
        tracing.finish(PATIENCE);

        SpanData whole = only("POST /v1/predict");
        assertThat(whole.getTraceId()).isEqualTo(TRACE);
        assertThat(whole.getParentSpanId()).isEqualTo(CALLER);
        assertThat(whole.getSpanContext().getTraceState().get("other")).isEqualTo("2");
    }

    @Test
    void whatTheCallerDoesNotSampleIsNotTraced() {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        assertThat(begin(tracing, core, new Parent("00-" + TRACE + "-" + CALLER + "-00", null)))
                .isNull();
        OtlpTracing none =
                OtlpTracing.of(settings(0, 2048), new Listing(CompletableResultCode.ofSuccess()), core.loop::now);
        assertThat(begin(none, core, NONE)).isNull();
        assertThat(begin(none, core, new Parent("00-" + TRACE + "-" + CALLER + "-01", null)))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ""
            })
    void nonsenseBeginsATraceOfItsOwn(String traceParent) {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        begin(tracing, core, new Parent(traceParent, "a=b")).ended(core.loop.now(), http(200, null));
        tracing.finish(PATIENCE);

        SpanData whole = only("POST /v1/predict");
        assertThat(whole.getTraceId()).isNotEqualTo(TRACE);
        assertThat(whole.getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void whatCallersWriteIsHeldOnlyInPart() {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        Parent parent = new Parent("00-" + TRACE + "-" + CALLER + "-01", "a=" + "x".repeat(OtlpTracing.LONGEST_STATE));
        String longText = "y".repeat(10_000);
        begin(tracing, core, parent)
                .ended(core.loop.now(), new CallEnd(false, "/r", longText, "1.1", 200, null, longText, longText));
        tracing.finish(PATIENCE);

        SpanData whole = only("POST /v1/predict");
        assertThat(whole.getTraceId()).isEqualTo(TRACE);
        assertThat(whole.getSpanContext().getTraceState().isEmpty()).isTrue();
        assertThat(whole.getAttributes().asMap().values())
                .allSatisfy(value -> assertThat(value.toString()).hasSizeLessThanOrEqualTo(OtlpTracing.LONGEST_VALUE));
    }

    @Test
    void whatIsRefusedBeforeTheQueueIsOneSpan() {
        options.queueSize = 1;
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        core.ask("{}");
        core.ask("{}");
        TracedCall call = begin(tracing, core, NONE);
        assertThat(core.askTracedInTheSameTurn("{}", ScriptedCore.TIMEOUT, call)
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.OVERLOADED);
        call.ended(core.loop.now(), http(429, FailureKind.OVERLOADED));
        tracing.finish(PATIENCE);

        assertThat(spans).hasSize(1);
        assertThat(spans.get(0).getAttributes().get(ERROR)).isEqualTo("overloaded");
        assertThat(spans.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aDeadlineEndsTheTimeWithTheProgramAndAGoneCallerIsNoFault() {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        TracedCall late = begin(tracing, core, NONE);
        core.askTracedInTheSameTurn("{}", Duration.ofMillis(70), late);
        TracedCall gone = begin(tracing, core, NONE);
        Asked leaver = core.askTracedInTheSameTurn("{}", ScriptedCore.TIMEOUT, gone);
        core.loop.turn();
        core.advance(Duration.ofMillis(70));
        late.ended(core.loop.now(), http(504, FailureKind.DEADLINE));
        gone.ended(core.loop.now(), http(null, null));
        leaver.cancel();
        tracing.finish(PATIENCE);

        SpanData program = only("program");
        assertThat(millis(program)).isEqualTo(70);
        assertThat(program.getAttributes().get(ERROR)).isEqualTo("deadline");
        assertThat(program.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(named("queue")).hasSize(2).satisfiesOnlyOnce(span -> {
            assertThat(span.getAttributes().get(ERROR)).isEqualTo("cancelled");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        });
        assertThat(named("POST /v1/predict"))
                .extracting(span -> span.getAttributes().get(ERROR))
                .containsExactlyInAnyOrder("deadline", "cancelled");
    }

    @Test
    void aRequestThatGoesToAnotherWorkerShowsBothAndItsSecondWait() {
        options.retryOnWorkerLoss = true;
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        TracedCall call = begin(tracing, core, NONE);
        Asked asked = core.askTracedInTheSameTurn("{}", ScriptedCore.TIMEOUT, call);
        core.loop.turn();
        core.ends(core.child(), 7);
        core.advance(Duration.ofSeconds(1));
        core.says(core.child(), "{}");
        assertThat(asked.answer()).isEqualTo("{}");
        call.ended(core.loop.now(), http(200, null));
        tracing.finish(PATIENCE);

        assertThat(named("program"))
                .extracting(span -> span.getAttributes().get(ERROR))
                .containsExactly("worker_lost", null);
        assertThat(named("queue")).hasSize(2);
        assertThat(named("queue").get(1).getStartEpochNanos())
                .isEqualTo(named("program").get(0).getEndEpochNanos());
    }

    @Test
    void requestsOnOneLineAreLinkedByWayOfTheFirst() {
        options.rpc = true;
        options.maxInFlight = 256;
        ScriptedCore core = options.start();
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"batch\":{\"max_size\":8}}}");
        OtlpTracing tracing = tracing(core);
        core.ask("{\"n\":0}");
        IntStream.range(0, 4).forEach(n -> {
            // One of them is not traced.
            TracedCall call = n == 1 ? null : begin(tracing, core, NONE);
            core.askTracedInTheSameTurn("{\"n\":" + n + "}", ScriptedCore.TIMEOUT, call);
        });
        core.loop.turn();
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
        core.advance(Duration.ofSeconds(60));
        tracing.finish(PATIENCE);

        List<SpanData> programs = named("program");
        assertThat(programs)
                .hasSize(3)
                .allSatisfy(
                        span -> assertThat(span.getAttributes().get(AttributeKey.longKey("merlin_adapter.batch_size")))
                                .isEqualTo(4));
        SpanData first = programs.stream()
                .filter(span -> span.getLinks().size() == 2)
                .findFirst()
                .orElseThrow();
        List<SpanData> others = programs.stream().filter(span -> span != first).toList();
        assertThat(first.getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactlyInAnyOrderElementsOf(
                        others.stream().map(SpanData::getSpanId).toList());
        assertThat(others)
                .allSatisfy(span -> assertThat(span.getLinks())
                        .extracting(LinkData::getSpanContext)
                        .containsExactly(first.getSpanContext()));
    }

    @ParameterizedTest
    @CsvSource({
        "false, 200, UNSET",
        "false, 404, UNSET",
        "false, 502, ERROR",
        "true, 0, UNSET",
        "true, 3, UNSET",
        "true, 4, ERROR",
        "true, 8, UNSET",
        "true, 14, ERROR"
    })
    void statusesAreFaultsWhereTheServerIsToBlame(boolean isGrpc, int code, StatusCode status) {
        ScriptedCore core = options.start();
        OtlpTracing tracing = tracing(core);
        begin(tracing, core, NONE)
                .ended(core.loop.now(), new CallEnd(isGrpc, "a.B/C", "/a.B/C", "2", code, null, "r", "p"));
        tracing.finish(PATIENCE);

        SpanData whole = only("POST /v1/predict");
        assertThat(whole.getStatus().getStatusCode()).isEqualTo(status);
        String method = whole.getAttributes().get(AttributeKey.stringKey("rpc.method"));
        assertThat(method).isEqualTo(isGrpc ? "a.B/C" : null);
    }

    private static final class NotFound implements HttpResponse {
        @Override
        public int getStatusCode() {
            return 404;
        }

        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return new byte[0];
        }
    }

    private static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(FailedExportException.httpFailedWithResponse(new NotFound()), "status 404"),
                Arguments.of(
                        FailedExportException.httpFailedExceptionally(new IOException("the header is too long")),
                        "the header is too long"),
                Arguments.of(
                        FailedExportException.httpFailedExceptionally(
                                new ConnectException().initCause(new ClosedChannelException())),
                        "no connection"),
                Arguments.of(
                        FailedExportException.httpFailedExceptionally(new ClosedChannelException()),
                        "ClosedChannelException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aCollectorThatFailsIsSaidOnceAndWhatIsLostAtTheEnd(Throwable failure, String said) {
        try (LogCapture log = new LogCapture(Delivery.class)) {
            Delivery delivery =
                    new Delivery(new Listing(CompletableResultCode.ofExceptionalFailure(failure)), "http://c:4318", 10);
            for (int i = 0; i < 3; i++) {
                delivery.handOver();
                delivery.export(List.of());
            }
            delivery.sayWhatIsLost();
            assertThat(log.messages())
                    .containsExactly(
                            "exporting traces to http://c:4318 fails: " + said
                                    + "; said once, requests are served all the same",
                            "3 of 3 spans did not get to http://c:4318");
        }
    }

    @Test
    void whatDoesNotFitTheQueueIsDroppedAndSaidOnce() throws Exception {
        ScriptedCore core = options.start();
        CountDownLatch exporting = new CountDownLatch(1);
        CompletableResultCode stuck = new CompletableResultCode();
        SpanExporter slow = new Listing(stuck) {
            @Override
            public CompletableResultCode export(Collection<SpanData> some) {
                exporting.countDown();
                return super.export(some);
            }
        };
        try (LogCapture log = new LogCapture(Delivery.class)) {
            OtlpTracing tracing = OtlpTracing.of(settings(1, 4), slow, core.loop::now);
            for (int i = 0; i < 4; i++) {
                begin(tracing, core, NONE).ended(core.loop.now(), http(200, null));
            }
            exporting.await();
            for (int i = 0; i < 100; i++) {
                begin(tracing, core, NONE).ended(core.loop.now(), http(200, null));
            }
            stuck.succeed();
            tracing.finish(PATIENCE);
            assertThat(spans).hasSizeLessThan(20);
            assertThat(log.messages()).hasSize(2);
            assertThat(log.messages().get(0)).contains("those that don't fit the queue are dropped");
            assertThat(log.messages().get(1)).endsWith(" of 104 spans did not get to http://collector:4318/v1/traces");
        }
    }
}
