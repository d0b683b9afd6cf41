package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.trace.TraceSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceVariablesTest {
    private static final String COLLECTOR = "http://collector:4318";

    private static Resolved resolved(String... variables) {
        Map<String, String> env = new HashMap<>();
        env.put("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR);
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            env.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return Resolving.run(List.of("--model-name=eta", "--model-version=7", "p"), env);
    }

    private static TraceSettings traces(String... variables) {
        Resolved resolved = resolved(variables);
        assertThat(resolved.warnings()).isEmpty();
        assertThat(resolved.traces()).isNotNull();
        return resolved.traces();
    }

    @Test
    void nothingIsTracedUnlessAnEndpointIsSet() {
        assertThat(Resolving.run(List.of("p"), Map.of()).traces()).isNull();
        assertThat(Resolving.run(List.of("p"), Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_SERVICE_NAME", "x"))
                        .traces())
                .isNull();
        assertThat(resolved("OTEL_EXPORTER_OTLP_ENDPOINT= ").traces()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"OTEL_TRACES_EXPORTER=none", "OTEL_SDK_DISABLED=true", "OTEL_SDK_DISABLED=TRUE"})
    void whatTurnsItOffSaysNothing(String variable) {
        Resolved resolved = resolved(variable, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
        assertThat(resolved.traces()).isNull();
        assertThat(resolved.warnings()).isEmpty();
    }

    @Test
    void theDefaultsAreOpenTelemetrys() {
        TraceSettings traces = traces();
        assertThat(traces.target())
                .isEqualTo(new TraceSettings.Target(
                        URI.create(COLLECTOR + "/v1/traces"), Map.of(), Duration.ofSeconds(10), false, null, null));
        assertThat(traces.sampling()).isEqualTo(new TraceSettings.Sampling(true, 1));
        assertThat(traces.queue())
                .isEqualTo(new TraceSettings.Queue(2048, 512, Duration.ofSeconds(5), Duration.ofSeconds(30)));
        assertThat(traces.resource())
                .containsEntry("service.name", "eta")
                .containsEntry("service.version", "7")
                .containsEntry("merlin_adapter.model.name", "eta");
    }

    @Test
    void theVariablesOfTracesComeBeforeThoseOfAllSignals() {
        TraceSettings traces = traces(
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://other:4318/as/it/is",
                "OTEL_EXPORTER_OTLP_HEADERS=a=1",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS=b=2%2C3 , authorization=Bearer%20x+y=",
                "OTEL_EXPORTER_OTLP_TIMEOUT=1",
                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=250",
                "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
                "OTEL_EXPORTER_OTLP_COMPRESSION=gzip");
        assertThat(traces.target())
                .isEqualTo(new TraceSettings.Target(
                        URI.create("https://other:4318/as/it/is"),
                        Map.of("b", "2,3", "authorization", "Bearer x+y="),
                        Duration.ofMillis(250),
                        true,
                        null,
                        null));
    }

    @Test
    void anEndpointOfAllSignalsMayHaveAPath() {
        assertThat(traces("OTEL_EXPORTER_OTLP_ENDPOINT=http://c/otlp/").target().url())
                .hasToString("http://c/otlp/v1/traces");
    }

    @ParameterizedTest
    @CsvSource({
        "always_on, false, 1",
        "always_off, false, 0",
        "traceidratio, false, 0.25",
        "parentbased_always_on, true, 1",
        "parentbased_always_off, true, 0",
        "parentbased_traceidratio, true, 0.25"
    })
    void samplersAreKnownByTheirNames(String name, boolean parentDecides, double ratio) {
        assertThat(traces("OTEL_TRACES_SAMPLER=" + name, "OTEL_TRACES_SAMPLER_ARG=0.25")
                        .sampling())
                .isEqualTo(new TraceSettings.Sampling(parentDecides, ratio));
    }

    @Test
    void theResourceIsWhatIsGivenAboveWhatIsKnown() {
        assertThat(traces(
                                "OTEL_SERVICE_NAME=one",
                                "OTEL_RESOURCE_ATTRIBUTES=service.name=two,k8s.pod.name=p%201,service.version=9")
                        .resource())
                .containsEntry("service.name", "one")
                .containsEntry("service.version", "9")
                .containsEntry("k8s.pod.name", "p 1");
    }

    @Test
    void theQueueIsAsTheVariablesSay() {
        assertThat(traces("OTEL_BSP_MAX_QUEUE_SIZE=100", "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_BSP_EXPORT_TIMEOUT=60")
                        .queue())
                .isEqualTo(new TraceSettings.Queue(100, 100, Duration.ofMillis(50), Duration.ofMillis(60)));
    }

    @Test
    void filesInPemAreRead(@TempDir Path folder) throws IOException {
        Path pem = Files.writeString(folder.resolve("ca.pem"), "PEM");
        TraceSettings.Target target = traces(
                        "OTEL_EXPORTER_OTLP_CERTIFICATE=" + pem,
                        "OTEL_EXPORTER_OTLP_CLIENT_KEY=" + pem,
                        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE=" + pem)
                .target();
        assertThat(target.trusted()).isEqualTo("PEM");
        assertThat(target.client()).isEqualTo(new TraceSettings.Client("PEM", "PEM"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_EXPORTER_OTLP_PROTOCOL=grpc | expected http/protobuf; no traces are exported",
                "OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317 | expected a URL as in http://collector:4318",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://me:secret@c/ | without a user; no traces are exported",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://a b/ | no traces are exported",
                "OTEL_TRACES_EXPORTER=zipkin | expected otlp, or none; no traces are exported"
            })
    void withoutAWayToTheCollectorNothingIsTracedAndAWarningSaysWhy(String variable, String said) {
        Resolved resolved = resolved(variable);
        assertThat(resolved.traces()).isNull();
        assertThat(resolved.warnings()).hasSize(1);
        assertThat(resolved.warnings().get(0))
                .startsWith("the variable " + variable.substring(0, variable.indexOf('=')) + " is \"")
                .contains(said)
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_TRACES_SAMPLER=jaeger_remote | parentbased_always_on counts",
                "OTEL_EXPORTER_OTLP_TIMEOUT=10s | 10000 counts",
                "OTEL_BSP_MAX_QUEUE_SIZE=0 | 2048 counts",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=5000 | 512 counts",
                "OTEL_EXPORTER_OTLP_COMPRESSION=zstd | expected gzip or none",
                "OTEL_PROPAGATORS=b3 | expected tracecontext",
                "OTEL_EXPORTER_OTLP_CERTIFICATE=/no/such | a file in PEM",
                "OTEL_EXPORTER_OTLP_HEADERS=secret | a part without a name",
                "OTEL_EXPORTER_OTLP_HEADERS=host=secret | a header that can't be sent",
                "OTEL_EXPORTER_OTLP_HEADERS=a=secret%0Ab | a header that can't be sent",
                "OTEL_RESOURCE_ATTRIBUTES==x | a part without a name"
            })
    void aWrongValueIsAWarningAndTheDefaultCounts(String variable, String said) {
        Resolved resolved = resolved(variable);
        assertThat(resolved.traces()).isNotNull();
        assertThat(resolved.traces().target().headers()).isEmpty();
        assertThat(resolved.warnings()).hasSize(1);
        assertThat(resolved.warnings().get(0))
                .startsWith("the variable " + variable.substring(0, variable.indexOf('=')))
                .contains(said)
                .doesNotContain("secret");
    }

    @Test
    void aWrongRatioIsAWarning() {
        Resolved resolved = resolved("OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=10%");
        assertThat(resolved.traces().sampling().ratio()).isEqualTo(1);
        assertThat(resolved.warnings())
                .containsExactly(
                        "the variable OTEL_TRACES_SAMPLER_ARG is \"10%\"; expected a number from 0 to 1; 1 counts");
    }
}
