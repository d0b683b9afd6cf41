package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolving;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildEnvironmentTest {

    @Test
    void theChildLearnsWhoItIsAndWhatTheAdapterServes() {
        assertThat(Resolving.run("--model-name=fares", "--artifact-location=/mnt/models", "--http-port=80", "p")
                        .childEnvironment())
                .containsEntry("CARAML_MODEL_NAME", "fares")
                .containsEntry("CARAML_MODEL_VERSION", "1")
                .containsEntry("CARAML_MODEL_FULL_NAME", "fares-1")
                .containsEntry("CARAML_ARTIFACT_LOCATION", "/mnt/models")
                .containsEntry("CARAML_HTTP_PORT", "80")
                .containsEntry("CARAML_GRPC_PORT", "9000")
                .containsEntry("PYTHONUNBUFFERED", "1");
    }

    @Test
    void withoutArtifactsNoPlaceIsNamed() {
        assertThat(Resolving.run("p").childEnvironment()).doesNotContainKey("CARAML_ARTIFACT_LOCATION");
    }

    @Test
    void aChoiceAboutPythonsBufferingIsRespected() {
        assertThat(Resolving.run(List.of("p"), Map.of("PYTHONUNBUFFERED", "")).childEnvironment())
                .doesNotContainKey("PYTHONUNBUFFERED");
    }

    @ParameterizedTest
    @CsvSource({
        "http://me:S3cret@gateway:9091/x, http://gateway:9091/x",
        "me:S3@cret@gateway:9091, gateway:9091",
    })
    void theLoginOfThePushgatewayIsKeptFromTheChild(String url, String seen) {
        assertThat(Resolving.run(List.of("p"), Map.of("PUSHGATEWAY_URL", url)).childEnvironment())
                .containsEntry("PUSHGATEWAY_URL", seen);
        assertThat(Resolving.run(List.of("p"), Map.of("PUSHGATEWAY_URL", seen)).childEnvironment())
                .doesNotContainKey("PUSHGATEWAY_URL");
    }

    @Test
    void variablesOfTheAdapterItselfAreRemoved() {
        assertThat(Resolving.run("p").childEnvironment())
                .containsEntry("ADAPTER_JAVA_OPTS", null)
                .containsEntry("ADAPTER_WORKER", null)
                .containsEntry("ADAPTER_SOCKET", null);
    }
}
