package io.merlinadapter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The bench itself measures nothing here: what it would write of given results is tested in Python, where it is written. */
class PageIT {
    @Test
    void thePageOfGivenResultsSaysWhatTheyAre() throws IOException, InterruptedException {
        Path test = Path.of(System.getProperty("project.root"), "benchmarks/src/test/python/test_page.py");
        Process tests = new ProcessBuilder("python3", "-B", test.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tests.waitFor()).as(output).isZero();
        assertThat(output).contains("OK");
    }
}
