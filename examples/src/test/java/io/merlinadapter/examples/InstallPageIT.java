package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docs/install.md says, in its order and in one shell, with the files of a release and a registry of this machine. A block
 * that serves runs in the background, until the next one that does.
 */
@ImageTest
@Tag("all")
final class InstallPageIT {
    private static final String PINNED = "registry.example.com/models/merlin-adapter-base:x.y.z@sha256:…";
    private static final String ANSWER = "json";
    private static final String SAID = "VERSION=x.y.z\nREGISTRY=registry.example.com/models";
    private static final String SERVING = ".* -- sh -c .*|docker run --rm -p .*";
    /** Between what two blocks print. */
    private static final String END = "-- end of a block --";

    private static final Path MADE = AdapterProcess.ROOT.resolve("examples/target/a release");
    /** Of a release that is there already, where $RELEASE names its folder. */
    private static final Path FILES = Path.of(
            System.getenv().getOrDefault("RELEASE", MADE.resolve("files").toString()));

    private static final int SECONDS = 600;

    @TempDir
    Path folder;

    private Process registry;
    private String address;

    @BeforeEach
    void prepare() throws IOException {
        address = "127.0.0.1:" + AdapterProcess.freePort();
        Path configuration = folder.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                """.formatted(folder.resolve("registry"), address));
        // What skopeo asks of it as of any other, but without TLS.
        Path containers = Files.createDirectories(folder.resolve("home/.config/containers"));
        Files.writeString(
                containers.resolve("registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(address));
        registry = new ProcessBuilder("docker-registry", "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        String patience = Long.toString(AdapterProcess.PATIENCE.toSeconds());
        Tools.run(
                folder,
                "curl",
                "-sSf",
                "--retry-connrefused",
                "--retry",
                patience,
                "--retry-delay",
                "1",
                "http://" + address);
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path engine =
                Path.of(Tools.run(folder, "sh", "-c", "command -v \"$ENGINE\"").strip());
        Files.createSymbolicLink(bin.resolve("docker"), engine);
        Path release = Files.createDirectory(folder.resolve("release"));
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                Files.createSymbolicLink(release.resolve(file.getFileName()), file);
            }
        }
    }

    /**
     * From the files as they are, committed or not: a copy of them is what gets released. By somebody whose folders have blanks in
     * their names, and whose files are nobody else's to read.
     */
    @BeforeAll
    @Timeout(1800)
    static void makeRelease() {
        // What the folder is copied into.
        Tools.run(AdapterProcess.ROOT, "bash", "-c", "scripts/debian-base \"$ENGINE\"");
        if (System.getenv("RELEASE") != null) {
            return;
        }
        Tools.run(
                AdapterProcess.ROOT,
                "bash",
                "-euo",
                "pipefail",
                "-c",
                "rm -rf \"$0\"; umask 077; mkdir -p \"$0/tree\" \"$0/t m p\"; export TMPDIR=\"$0/t m p\"; export GIT_INDEX_FILE=$0/index; git read-tree HEAD; git add -A;"
                        + " git archive $(git write-tree) | tar -x -C \"$0/tree\"; unset GIT_INDEX_FILE; cd \"$0/tree\"; git init -q;"
                        + " git add -A; git -c user.name=a -c user.email=a@localhost commit -qm a; scripts/release-files \"$0/files\"",
                MADE.toString());
    }

    @AfterEach
    void stop() {
        registry.destroy();
    }

    @Test
    void everyCommandDoesWhatThePageShows() throws Exception {
        List<MarkdownBlock> blocks = MarkdownBlock.in(Files.readString(AdapterProcess.ROOT.resolve("docs/install.md")));
        String[] printed = run(blocks.stream()
                        .map(InstallPageIT::command)
                        .flatMap(Optional::stream)
                        .toList())
                .split(END + "\n", -1);
        int command = 0;
        int answers = 0;
        for (MarkdownBlock block : blocks) {
            if (command(block).isPresent()) {
                command++;
            } else if (block.language().equals(ANSWER)) {
                assertThat(printed[command - 1].strip())
                        .as("docs/install.md:%d", block.line())
                        .isEqualTo(block.text());
                answers++;
            }
        }
        assertThat(answers).isEqualTo(2);
        assertThat(printed).hasSize(command + 1);
    }

    /** Nor does it depend on the umask of whoever made it. */
    @Test
    void whatIsInTheJarsIsForEverybodyToRead() throws IOException {
        Path archive = FILES.resolve("merlin-adapter-" + version() + ".tar.gz");

        assertThat(Tools.run(folder, "python3", "-c", """
                        import io, re, sys, tarfile, zipfile
                        with tarfile.open(sys.argv[1]) as tar:
                            for jar in tar:
                                if re.search(r"/lib/(merlin-)?adapter.*[.]jar$", jar.name):
                                    for entry in zipfile.ZipFile(io.BytesIO(tar.extractfile(jar).read())).infolist():
                                        if entry.external_attr >> 16 & 0o044 != 0o044:
                                            print(jar.name, entry.filename)
                        """, archive.toString())).isEmpty();
    }

    /** What a terminal is told, if anything: to build an image, where a block is of a Dockerfile. */
    private static Optional<String> command(MarkdownBlock block) {
        return switch (block.language()) {
            case "bash" -> Optional.of(block.text());
            case "dockerfile" -> {
                String base = block.text().startsWith("FROM") ? "" : "FROM docker.io/library/debian:trixie-slim\n";
                String lines = base + block.text().replace(PINNED, "$REGISTRY/merlin-adapter-base:$VERSION@$DIGEST");
                yield Optional.of("docker build --quiet - <<END\n" + lines + "\nEND");
            }
            default -> Optional.empty();
        };
    }

    private static String version() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".oci.tar"))
                    .map(name -> name.replace("merlin-adapter-base-", "").replace(".oci.tar", ""))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Runs the blocks as those of one shell; what they print. */
    private String run(List<String> blocks) throws Exception {
        int http = AdapterProcess.freePort();
        int grpc = AdapterProcess.freePort();
        StringBuilder script = new StringBuilder("""
                set -euo pipefail
                server=
                stop() { if [[ -n $server ]]; then kill $server && wait $server || true; fi; }
                trap stop EXIT
                # Its log says that it serves before it does so: the port of a container is open at once.
                serves() { until grep -q ' serving HTTP_JSON ' served.log; do kill -0 $server; sleep 0.1; done; }
                """);
        for (String block : blocks) {
            String used = block.replace(SAID, "VERSION=" + version() + "\nREGISTRY=" + address + "/models")
                    .replace("OLD=x.y.w", "OLD=" + version())
                    .replace("localhost:8080", "127.0.0.1:" + http)
                    .replace("-p 8080:8080", "-p 127.0.0.1:" + http + ":8080");
            boolean serving = block.lines().findFirst().orElse("").matches(SERVING);
            script.append(serving ? "stop\n(exec " + used + ") >served.log 2>&1 &\nserver=$!\nserves" : used)
                    .append("\necho '" + END + "'\n");
        }
        Path written = folder.resolve("written.log");
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString())
                .directory(folder.resolve("release").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(written.toFile());
        AdapterProcess.clean(shell.environment());
        shell.environment()
                .putAll(Map.of(
                        "HOME", folder.resolve("home").toString(),
                        "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"),
                        "ADAPTER_HOST", "127.0.0.1",
                        "CARAML_HTTP_PORT", Integer.toString(http),
                        "CARAML_GRPC_PORT", Integer.toString(grpc)));
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s\n%s\n%s", script, printed, Files.readString(written))
                .isZero();
        return printed;
    }
}
