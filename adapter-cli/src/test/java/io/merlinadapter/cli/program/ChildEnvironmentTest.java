package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.merlinadapter.cli.Resolving;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @Nested
    class Helpers {
        @TempDir
        Path helpers;

        private Map<String, String> changed(Map<String, String> env) {
            Map<String, String> changes = new HashMap<>(
                    ChildEnvironment.changes(Resolving.run("p").config(), env, ChildLocale.of(env, null), helpers));
            changes.keySet().retainAll(Set.of("PYTHONPATH", "NODE_PATH"));
            return changes;
        }

        @Test
        void areFoundLastByPythonAndNode() throws Exception {
            Path python = Files.createDirectory(helpers.resolve("python"));
            Path node = Files.createDirectory(helpers.resolve("node"));

            assertThat(changed(Map.of()))
                    .containsOnly(entry("PYTHONPATH", python.toString()), entry("NODE_PATH", node.toString()));
            assertThat(changed(Map.of("PYTHONPATH", "", "NODE_PATH", "/own:")))
                    .containsOnly(entry("PYTHONPATH", python.toString()), entry("NODE_PATH", "/own::" + node));
            assertThat(changed(Map.of("PYTHONPATH", "/a:/b"))).containsEntry("PYTHONPATH", "/a:/b:" + python);
        }

        /** An adapter that an adapter has started. */
        @Test
        void areNotAddedTwice() throws Exception {
            String python = Files.createDirectory(helpers.resolve("python")).toString();

            assertThat(changed(Map.of("PYTHONPATH", python + ":/a"))).isEmpty();
        }

        @Test
        void areNotPromisedWhereThereAreNone() {
            assertThat(changed(Map.of("PYTHONPATH", "/a"))).isEmpty();
        }

        @Test
        void areLeftOutWhereTheirFolderWouldBeTakenForTwo() throws Exception {
            helpers = helpers.resolve("a:b");
            Files.createDirectories(helpers.resolve("python"));

            assertThat(changed(Map.of())).isEmpty();
        }
    }

    @Test
    void variablesOfTheAdapterItselfAreRemoved() {
        assertThat(Resolving.run("p").childEnvironment())
                .containsEntry("ADAPTER_JAVA_OPTS", null)
                .containsEntry("ADAPTER_WORKER", null)
                .containsEntry("ADAPTER_SOCKET", null);
    }
}
