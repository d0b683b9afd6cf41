package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is delivered: a library that comes along with another one, unasked, is noticed here. */
@SideBySide
class DistributionIT {
    private static final Path FOLDER =
            Path.of(System.getProperty("project.root"), "adapter-cli", "target", "merlin-adapter");
    private static final Path LIBRARIES = FOLDER.resolve("lib");
    /** A line of that page: folders, and the commit or version of where they are from. */
    private static final Pattern ORIGIN =
            Pattern.compile("(?m)^\\| (`.*`) \\| .* \\| (\\w[\\w.]+) \\| Apache-2\\.0 \\|$");

    /** A line of the table: the name and version of a library, and its licences, the first of which is taken. */
    private static final Pattern LICENSED = Pattern.compile("^([a-z]\\S+ \\d\\S+) +([A-Z]\\S+)", Pattern.MULTILINE);

    @Test
    void theseAreTheLibrariesAndNoOthers() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .map(name -> name.replaceFirst("-\\d.*\\.jar$|\\.jar$", ""))
                    .toList();
            assertThat(names)
                    .containsExactlyInAnyOrder(
                            "adapter-core",
                            "adapter-http",
                            "adapter-upi",
                            "arrow-format",
                            "flatbuffers-java",
                            "jackson-core",
                            "jspecify",
                            "logback-classic",
                            "logback-core",
                            "merlin-adapter",
                            "micrometer-commons",
                            "micrometer-core",
                            "micrometer-registry-prometheus",
                            "netty-buffer",
                            "netty-codec-base",
                            "netty-codec-compression",
                            "netty-codec-dns",
                            "netty-codec-http",
                            "netty-codec-http2",
                            "netty-common",
                            "netty-handler",
                            "netty-handler-proxy",
                            "netty-resolver",
                            "netty-resolver-dns",
                            "netty-transport",
                            "netty-transport-native-unix-common",
                            "opentelemetry-api",
                            "opentelemetry-common",
                            "opentelemetry-context",
                            "opentelemetry-exporter-common",
                            "opentelemetry-exporter-otlp",
                            "opentelemetry-exporter-otlp-common",
                            "opentelemetry-exporter-sender-jdk",
                            "opentelemetry-sdk-common",
                            "opentelemetry-sdk-logs",
                            "opentelemetry-sdk-metrics",
                            "opentelemetry-sdk-trace",
                            "picocli",
                            "prometheus-metrics-config",
                            "prometheus-metrics-core",
                            "prometheus-metrics-exposition-textformats",
                            "prometheus-metrics-instrumentation-jvm",
                            "prometheus-metrics-model",
                            "prometheus-metrics-tracer-common",
                            "protobuf-java",
                            "slf4j-api",
                            "vertx-auth-common",
                            "vertx-core",
                            "vertx-core-logging",
                            "vertx-grpc-common",
                            "vertx-web",
                            "zt-exec");
        }
    }

    /** As the page beside them says. */
    @Test
    void filesOfOthersThatClassesAreMadeOfAreListed() throws IOException {
        String page = Files.readString(FOLDER.resolve("THIRD-PARTY.txt"));
        String origins = Files.readString(AdapterProcess.ROOT.resolve("adapter-upi/src/main/protobuf/README.md"));
        List<MatchResult> rows = ORIGIN.matcher(origins).results().toList();

        assertThat(rows).hasSize(3).allSatisfy(row -> {
            for (String folder : row.group(1).split("`(?:, `)?", -1)) {
                assertThat(page).contains(folder);
            }
            assertThat(page).contains(row.group(2));
        });
    }

    @Test
    void eachLibraryIsListedWithItsLicenceWhoseTextIsThere() throws IOException {
        String page = Files.readString(FOLDER.resolve("THIRD-PARTY.txt"));
        Map<String, String> licences =
                LICENSED.matcher(page).results().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

        try (Stream<Path> files = Files.list(LIBRARIES)) {
            List<String> libraries = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar") && !name.matches("(merlin-)?adapter.*"))
                    .map(name -> name.replaceFirst("-(\\d.*)\\.jar$", " $1"))
                    .toList();
            assertThat(licences.keySet())
                    .as("make notices writes the table")
                    .containsExactlyInAnyOrderElementsOf(libraries);
        }
        // Apache's is the project's own, in the file LICENSE.
        assertThat(licences.values())
                .filteredOn(licence -> !licence.equals("Apache-2.0"))
                .allSatisfy(licence -> assertThat(page).containsPattern("={78}\n" + licence + "\\b.*\n={78}\n"));
        assertThat(Files.readString(FOLDER.resolve("LICENSE"))).contains("Apache License");
    }
}
