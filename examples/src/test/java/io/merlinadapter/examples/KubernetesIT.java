package io.merlinadapter.examples;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The manifests of examples/kubernetes are what Kubernetes and its operators take, and what the adapter serves. */
@Timeout(600)
@Tag("all")
final class KubernetesIT {
    @BeforeAll
    static void prepare() {
        PythonTests.prepare();
    }

    @Test
    void theManifestsFitTheSchemasAndTheAdaptersDefaults() {
        PythonTests.run("test_manifests");
    }

    @Test
    void theAdapterAnswersTheProbesOfEachManifest() {
        PythonTests.run("test_probes");
    }

    @Test
    void theProbesOfEachManifestBearAProgramThatLoadsAgainAndFindAnAdapterThatHangs() {
        PythonTests.run("test_faults");
    }
}
