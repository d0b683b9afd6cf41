package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does what the pages say, in their order.
 *
 * <ul>
 *   <li>a {@code sh} block is a command: it must succeed, and if a {@code json} or {@code text} block comes next, print
 *       just that;
 *   <li>a {@code sh} block that starts an adapter keeps it running for the blocks below, on a port of its own;
 *   <li>a {@code python} block whose first line is {@code # name.py} is saved under that name.
 * </ul>
 *
 * <p>Commands run in a folder that looks like the project's top folder, so that what they write is not left behind.
 */
@Timeout(600)
@ResourceLock(Iris.FETCHED)
class ReadmeIT {
    /** What can't run within the tests, because it runs the tests. */
    private static final String TESTS_THEMSELVES = "make test";

    private static final Set<String> SHOWN = Set.of("json", "text");

    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\((?!https?:|#)([^)#]+)");

    @TempDir
    Path folder;

    private AdapterProcess adapter;
    private int port;

    /** What the pages fetch: no command's time. */
    @BeforeAll
    @Timeout(600)
    static void fetch() {
        Iris.prepare();
    }

    @AfterEach
    void stopAndUnlink() throws IOException {
        stop();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private void stop() {
        if (adapter != null) {
            adapter.close();
            adapter = null;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/deploy-on-merlin.md",
                "docs/protocol.md",
                "docs/upi.md",
                "examples/credit-scoring-r/README.md",
                "examples/fraud-rules-jq/README.md",
                "examples/iris-leaves-go/README.md",
                "examples/iris-onnx-node/README.md",
                "examples/iris-xgboost-python/README.md",
                "examples/legacy-daemon-c/README.md",
                "examples/surge-pricing-python/README.md",
                "examples/templates/README.md",
                "examples/tumours-sklearn-python/README.md"
            })
    void everyCommandDoesWhatTheReadmeShows(String readme) throws Exception {
        lookLikeTheTopFolder();
        List<MarkdownBlock> blocks = MarkdownBlock.in(Files.readString(AdapterProcess.ROOT.resolve(readme)));
        int answers = 0;
        for (int i = 0; i < blocks.size(); i++) {
            MarkdownBlock block = blocks.get(i);
            switch (block.language()) {
                case "python" -> save(block);
                case "sh" -> {
                    String printed = run(readme, block);
                    if (i + 1 < blocks.size()
                            && SHOWN.contains(blocks.get(i + 1).language())) {
                        MarkdownBlock shown = blocks.get(i + 1);
                        assertThat(printed.strip())
                                .as("%s:%d, as shown at line %d; %s", readme, block.line(), shown.line(), written())
                                .isEqualTo(shown.text().strip());
                        answers++;
                    }
                }
                default -> {}
            }
        }
        assertThat(answers).as("answers compared").isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "CONTRIBUTING.md",
                "docs/access-log.md",
                "docs/deploy-on-merlin.md",
                "docs/image.md",
                "docs/life.md",
                "docs/performance.md",
                "docs/protocol.md",
                "docs/upi.md",
                "examples/credit-scoring-r/README.md",
                "examples/fraud-rules-jq/README.md",
                "examples/iris-leaves-go/README.md",
                "examples/iris-onnx-node/README.md",
                "examples/iris-xgboost-python/README.md",
                "examples/kubernetes/README.md",
                "examples/legacy-daemon-c/README.md",
                "examples/merlin/README.md",
                "examples/surge-pricing-python/README.md",
                "examples/templates/README.md",
                "examples/templates/go/README.md",
                "examples/templates/node/README.md",
                "examples/templates/python/README.md",
                "examples/templates/r/README.md",
                "examples/tumours-sklearn-python/README.md"
            })
    void everyLinkWithinTheProjectLeadsToAFile(String page) throws Exception {
        Path file = AdapterProcess.ROOT.resolve(page);
        assertThat(LINK.matcher(Files.readString(file)).results().map(link -> link.group(1)))
                .allSatisfy(link -> assertThat(file.resolveSibling(link)).exists());
    }

    private void lookLikeTheTopFolder() throws IOException {
        try (Stream<Path> entries = Files.list(AdapterProcess.ROOT)) {
            for (Path entry : entries.toList()) {
                Files.createSymbolicLink(folder.resolve(entry.getFileName()), entry);
            }
        }
    }

    private void save(MarkdownBlock block) throws IOException {
        String firstLine = block.text().lines().findFirst().orElse("");
        if (firstLine.matches("# \\w+\\.py")) {
            Files.writeString(folder.resolve(firstLine.substring(2)), block.text() + "\n");
        }
    }

    private String run(String readme, MarkdownBlock block) throws Exception {
        String command = block.text();
        if (command.equals(TESTS_THEMSELVES)) {
            return "";
        }
        if (command.equals("make run") || command.startsWith(AdapterProcess.COMMAND)) {
            stop();
            port = AdapterProcess.freePort();
            adapter = AdapterProcess.start(folder, Map.of(), port, serving(command));
            adapter.awaitPort();
            return "";
        }
        Path errors = Files.createTempFile("readme-", ".err");
        ProcessBuilder shell = new ProcessBuilder("bash", "-eo", "pipefail", "-c", onOurPort(command))
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(errors.toFile());
        AdapterProcess.clean(shell.environment());
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(100, TimeUnit.SECONDS))
                .as("%s:%d ends", readme, block.line())
                .isTrue();
        assertThat(process.exitValue())
                .as("%s:%d: %s%s; %s", readme, block.line(), printed, Files.readString(errors), written())
                .isZero();
        Files.delete(errors);
        return printed;
    }

    /** This build has just laid out the distribution: make is told not to build it once more. */
    private static List<String> serving(String command) {
        return command.equals("make run")
                ? List.of("make", "-o", AdapterProcess.COMMAND, "run")
                : List.of("bash", "-c", "exec " + command);
    }

    private String onOurPort(String command) {
        String http = command.replace("localhost:8080", "127.0.0.1:" + port);
        return adapter == null ? http : http.replace("localhost:9000", "127.0.0.1:" + adapter.grpcPort());
    }

    private String written() {
        return adapter == null ? "no adapter runs" : "the adapter wrote:\n" + adapter.output();
    }
}
