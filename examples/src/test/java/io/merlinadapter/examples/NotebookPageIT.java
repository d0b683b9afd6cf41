package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way from a notebook to an image in a registry, with the libraries that PyPI has now. */
@ImageTest
@Tag("all")
final class NotebookPageIT {
    private static final String PAGE = "docs/notebook.md";
    private static final String PYTHON = "python:3.13-slim";
    private static final String STAND_IN = "merlin-adapter-python";
    private static final String CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";

    @TempDir
    Path folder;

    @TempDir
    Path work;

    @Test
    void aModelOfPandasIsServedFromAnImageByThePageAlone() throws Exception {
        Images.base();
        int port = AdapterProcess.freePort();
        Process registry = registry(port);
        try (PageRun run = PageRun.withContainers(PAGE, folder)
                .replacing("registry.example.com", "127.0.0.1:" + port)
                .replacing("FROM " + PYTHON, "FROM " + python())) {
            assertThat(run.run()).isPositive();
            assertThat(work.resolve("registry/docker/registry/v2/repositories/rides/fares/_manifests/tags/1"))
                    .isDirectory();
        } finally {
            registry.destroy();
            registry.waitFor();
        }
    }

    /** What it is pushed to. */
    private Process registry(int port) throws Exception {
        Path settings = Files.writeString(
                work.resolve("registry.yml"),
                "version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: \"127.0.0.1:%d\"}\n"
                        .formatted(work.resolve("registry"), port));
        return new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("registry.log").toFile())
                .start();
    }

    /** Python's image, or what is like it where no registry can be reached: the same Python of Debian's, and its pip. */
    private String python() throws Exception {
        Process pull = new ProcessBuilder("timeout", "60", System.getenv("ENGINE"), "pull", "--quiet", PYTHON)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("pull.log").toFile())
                .start();
        if (pull.waitFor() == 0) {
            return PYTHON;
        }
        Path context = Files.createDirectory(work.resolve("python"));
        Files.copy(Path.of("/", CERTIFICATES), context.resolve("certificates"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM debian:trixie-slim
                RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \\
                 && rm /usr/lib/python3*/EXTERNALLY-MANAGED && ln -s python3 /usr/bin/python
                COPY certificates /%s
                ENV PIP_CERT=/%s
                """.formatted(CERTIFICATES, CERTIFICATES));
        Container.Ended built = Container.engine("build", "--tag", STAND_IN, context.toString());
        assertThat(built.code()).as(built.output()).isZero();
        return STAND_IN;
    }
}
