package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Does what a page says, in its order.
 *
 * <ul>
 *   <li>a {@code sh} block is a command: it must succeed, and if a {@code json} or {@code text} block comes next, print
 *       just that;
 *   <li>a {@code sh} block that starts an adapter keeps it running for the blocks below, on a port of its own;
 *   <li>a block whose first line is {@code # name}, such as {@code # predict.py} or {@code # Dockerfile}, is saved under that
 *       name.
 * </ul>
 *
 * <p>Commands run in a folder that looks like the project's top folder, so that what they write is not left behind. The
 * folder that one has changed to and its PATH are those of the next, as in a terminal. Close it to stop what runs.
 */
final class PageRun implements AutoCloseable {
    /** The language of a command. */
    static final String COMMAND = "sh";

    /** What can't run within the tests, because it runs the tests. */
    private static final String TESTS_THEMSELVES = "make test";

    private static final Set<String> SHOWN = Set.of("json", "text");
    private static final Pattern SAVED = Pattern.compile("# ([\\w.]+\\.py|Dockerfile)");
    private static final Pattern SERVING = Pattern.compile(
            "(?:[A-Z_]+=\\S+ )*(\\S+/)?merlin-adapter (?!check |dev |.*--print-config).*|make run", Pattern.DOTALL);
    private static final Pattern CONTAINERS = Pattern.compile("(?m)^(docker |make .*\\bimage$).*");
    private static final String CONTAINER = "docker run ";
    private static final String PUBLISHED = "-p 8080:8080 -p 9000:9000";
    private static final String LAUNCHER =
            AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).getParent().toString();
    private static final int SECONDS = 300;

    private final String page;
    private final Path top;
    private final boolean containers;
    private final Map<String, String> replaced = new HashMap<>();
    private Path folder;
    private String path = System.getenv("PATH");
    private AdapterProcess adapter;
    private int port;

    private PageRun(String page, Path top, boolean containers) throws IOException {
        this.page = page;
        this.top = top;
        this.folder = top;
        this.containers = containers;
        try (Stream<Path> entries = Files.list(AdapterProcess.ROOT)) {
            for (Path entry : entries.toList()) {
                Files.createSymbolicLink(top.resolve(entry.getFileName()), entry);
            }
        }
    }

    /**
     * All but what needs docker, which {@link #withContainers} does. What a page installs with pip is Debian's, so that nothing is
     * fetched, and no speed is measured.
     *
     * @param top an empty folder
     */
    static PageRun withoutContainers(String page, Path top) throws IOException {
        return new PageRun(page, top, false)
                .replacing("python3 -m venv venv", "/usr/bin/python3 -m venv --system-site-packages venv")
                .replacing("merlin-adapter check ", "merlin-adapter check --quick ");
    }

    /**
     * All of it, with the docker or podman in $ENGINE.
     *
     * @param top an empty folder
     */
    static PageRun withContainers(String page, Path top) throws IOException {
        PageRun run = new PageRun(page, top, true);
        Path bin = Files.createDirectory(top.resolve(".bin"));
        Files.createSymbolicLink(bin.resolve("docker"), Path.of(System.getenv("ENGINE")));
        run.path = bin + ":" + run.path;
        return run;
    }

    /** Has all commands and saved files name something else, which can be had here. */
    PageRun replacing(String shown, String used) {
        replaced.put(shown, used);
        return this;
    }

    /** Does all of it; how many answers were compared with those that are shown. */
    int run() throws Exception {
        String text = Pages.text(page);
        if (!text.contains("export PATH=")) {
            path = LAUNCHER + ":" + path;
        }
        List<MarkdownBlock> blocks = MarkdownBlock.in(text);
        int answers = 0;
        for (int i = 0; i < blocks.size(); i++) {
            MarkdownBlock block = blocks.get(i);
            if (!block.language().equals(COMMAND)) {
                save(block);
                continue;
            }
            String printed = run(block);
            if (i + 1 < blocks.size() && SHOWN.contains(blocks.get(i + 1).language())) {
                MarkdownBlock shown = blocks.get(i + 1);
                assertThat(printed.strip())
                        .as("%s:%d, as shown at line %d; %s", page, block.line(), shown.line(), written())
                        .isEqualTo(shown.text().strip());
                answers++;
            }
        }
        return answers;
    }

    private void save(MarkdownBlock block) throws IOException {
        var named = SAVED.matcher(block.text().lines().findFirst().orElse(""));
        if (named.matches()) {
            Files.writeString(folder.resolve(named.group(1)), withReplacements(block.text()) + "\n");
        }
    }

    private String withReplacements(String text) {
        String replacing = text;
        for (Map.Entry<String, String> other : replaced.entrySet()) {
            replacing = replacing.replace(other.getKey(), other.getValue());
        }
        return replacing;
    }

    private String run(MarkdownBlock block) throws Exception {
        String command = block.text();
        if (command.equals(TESTS_THEMSELVES)) {
            return "";
        }
        if (CONTAINERS.matcher(command).find()) {
            if (!containers) {
                return "";
            }
            if (command.startsWith("make ")) {
                Images.base();
                return "";
            }
        }
        command = withReplacements(command);
        if (command.startsWith(CONTAINER) && command.contains(PUBLISHED)) {
            serveInContainer(command);
            return "";
        }
        if (SERVING.matcher(command).matches()) {
            start(serving(command));
            adapter.awaitPort();
            return "";
        }
        return toItsEnd(block, withoutBuilding(command));
    }

    private void start(List<String> command) {
        stop();
        port = AdapterProcess.freePort();
        adapter = AdapterProcess.start(folder, Map.of("PATH", path), port, command);
    }

    /** Its ports are open at once, so its log has to say that it serves. */
    private void serveInContainer(String command) {
        stop();
        port = AdapterProcess.freePort();
        int grpcPort = AdapterProcess.freePort();
        String published = "-p 127.0.0.1:" + port + ":8080 -p 127.0.0.1:" + grpcPort + ":9000";
        adapter = AdapterProcess.start(
                folder,
                Map.of("PATH", path),
                port,
                List.of("bash", "-c", "exec " + command.replace(PUBLISHED, published)));
        adapter.logs(" serving HTTP_JSON ", " serving UPI_V1 ");
    }

    private List<String> serving(String command) {
        return List.of("bash", "-c", "exec env " + withoutBuilding(command));
    }

    /** This build has just laid out the distribution: make is told not to build it once more. */
    private static String withoutBuilding(String command) {
        return command.matches("make (run|build)")
                ? command.replace("make", "make -o " + AdapterProcess.COMMAND)
                : command;
    }

    private String toItsEnd(MarkdownBlock block, String command) throws Exception {
        Path errors = Files.createTempFile("page-", ".err");
        Path state = Files.createTempFile("page-", ".state");
        ProcessBuilder shell = new ProcessBuilder(
                        "bash", "-eo", "pipefail", "-c", onOurPort(command) + "\n{ pwd; echo \"$PATH\"; } > " + state)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(errors.toFile());
        AdapterProcess.clean(shell.environment());
        shell.environment().put("PATH", path);
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s:%d ends", page, block.line())
                .isTrue();
        assertThat(process.exitValue())
                .as("%s:%d: %s%s; %s", page, block.line(), printed, Files.readString(errors), written())
                .isZero();
        List<String> left = Files.readAllLines(state);
        folder = Path.of(left.get(0));
        path = left.get(1);
        Files.delete(errors);
        Files.delete(state);
        return printed;
    }

    private String onOurPort(String command) {
        String http = command.replace("localhost:8080", "127.0.0.1:" + port);
        return adapter == null ? http : http.replace("localhost:9000", "127.0.0.1:" + adapter.grpcPort());
    }

    private String written() {
        return adapter == null ? "no adapter runs" : "the adapter wrote:\n" + adapter.output();
    }

    private void stop() {
        if (adapter != null) {
            adapter.close();
            adapter = null;
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> entries = Files.list(top)) {
            for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }
}
