package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.run.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the launcher of the folder that the build has left, as a user would. */
@SideBySide
class LauncherIT {

    private static final Path FOLDER =
            Path.of(System.getProperty("project.root"), "adapter-cli", "target", "merlin-adapter");
    private static final Path LAUNCHER = FOLDER.resolve("bin").resolve("merlin-adapter");

    @TempDir
    Path temp;

    record Ended(int code, String out, String err) {}

    /** The Java that runs this test, and any other that the machine has. */
    static Set<Path> javas() throws IOException {
        Set<Path> homes = new LinkedHashSet<>();
        homes.add(Path.of(System.getProperty("java.home")).toRealPath());
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> folders = Files.list(installed)) {
                for (Path home : folders.sorted().toList()) {
                    if (Files.isExecutable(home.resolve("bin/java"))) {
                        homes.add(home.toRealPath());
                    }
                }
            }
        }
        return homes;
    }

    @ParameterizedTest
    @MethodSource("javas")
    void helpVersionAndFaultsWorkSilentlyOnEveryJava(Path java) throws Exception {
        Map<String, String> env = Map.of("JAVA_HOME", java.toString());

        Ended help = run(env, LAUNCHER, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("Usage: merlin-adapter [options]").contains("--access-log[=true|false]");
        assertThat(help.err()).isEmpty();

        Ended shortHelp = run(env, LAUNCHER, "-h");
        assertThat(shortHelp.code()).isZero();
        assertThat(shortHelp.out())
                .startsWith("Usage: ")
                .hasSizeLessThan(help.out().length() / 2);
        assertThat(shortHelp.err()).isEmpty();

        Ended config = run(env, LAUNCHER, "--print-config", "--workers=2", "no-such-program");
        assertThat(config.code()).isZero();
        assertThat(config.out()).startsWith("command=no-such-program\n").contains("\nworkers=2 (--workers)\n");
        assertThat(config.err()).isEmpty();

        Ended version = run(env, LAUNCHER, "--version");
        assertThat(version.out()).matches("merlin-adapter \\S+ \\((commit|built) .+, Java .+\\)\n");
        assertThat(version.err()).isEmpty();

        Ended faulty = run(env, LAUNCHER, "--workers=0");
        assertThat(faulty.code()).isEqualTo(2);
        assertThat(faulty.out()).isEmpty();
        assertThat(faulty.err()).startsWith("merlin-adapter: nothing was started, the configuration has 2 faults\n");
    }

    /** Such as that the cache of classes does not fit, when files were copied without their times. */
    @ParameterizedTest
    @MethodSource("javas")
    void whatJavaWarnsOfIsNotAmongWhatIsPrinted(Path java) throws Exception {
        Map<String, String> env = Map.of("JAVA_HOME", java.toString(), "ADAPTER_JAVA_OPTS", "-XX:NewSize=1g");

        Ended version = run(env, LAUNCHER, "--version");

        assertThat(version.out()).matches("merlin-adapter .*\n");
        assertThat(version.err()).contains("[warning]", "NewSize");
    }

    @Test
    void theFaultsAreLeftWhereThePlatformLooksForThem() throws Exception {
        Path file = Files.writeString(temp.resolve("termination-log"), "an older reason");

        Ended faulty = run(Map.of("ADAPTER_TERMINATION_LOG", file.toString()), LAUNCHER, "--workers=0", "true");
        assertThat(faulty.code()).isEqualTo(2);
        assertThat(faulty.err()).contains("--workers is \"0\"");
        assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(faulty.err().strip());

        String noFile = temp.resolve("none").toString();
        Ended silent = run(Map.of("ADAPTER_TERMINATION_LOG", noFile), LAUNCHER, "--workers=0", "true");
        assertThat(silent.err()).isEqualTo(faulty.err());
        assertThat(Path.of(noFile)).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("javas")
    void theDefaultsFitTheHeapOnEveryJava(Path java) throws Exception {
        Ended ended = run(Map.of("JAVA_HOME", java.toString()), LAUNCHER, "--log-format=json", "true");

        // The configuration was good, all parts ran, and the program ended at once.
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.PROGRAM.code());
        assertThat(ended.err().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("{\"time\":"));
    }

    @ParameterizedTest
    @MethodSource("javas")
    void aJavaWhoseVersionIsNotWrittenDownStartsToo(Path java) throws Exception {
        // As version managers do it: a script in place of Java, with no release file next to it.
        Path shim = script(temp.resolve("bin/java"), "exec '" + java + "/bin/java' \"$@\"");

        Ended version = run(Map.of("JAVA_HOME", shim.getParent().getParent().toString()), LAUNCHER, "--version");

        assertThat(version.code()).as(version.err()).isZero();
        assertThat(version.err()).isEmpty();
    }

    @Test
    void theHintAboutTheHeapIsEnough() throws Exception {
        String[] words = {"--memory-budget=100MiB", "no-such-program"};
        Ended refused = run(Map.of(), LAUNCHER, words);
        assertThat(refused.err()).contains("set the variable ADAPTER_JAVA_OPTS=-Xmx251m");

        assertThat(run(Map.of("ADAPTER_JAVA_OPTS", "-Xmx251m -Dsome=*"), LAUNCHER, words)
                        .code())
                .isEqualTo(ExitCode.PROGRAM.code());
    }

    @Test
    void itIsFoundThroughLinksAndInFoldersWithSpaces() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("my folder"));
        Path bin = Files.createDirectories(folder.resolve("copy of it/bin"));
        Files.copy(LAUNCHER, bin.resolve("merlin-adapter"), StandardCopyOption.COPY_ATTRIBUTES);
        Path lib = Files.createDirectories(folder.resolve("copy of it/lib"));
        try (Stream<Path> jars = Files.list(FOLDER.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        Path relative = Files.createSymbolicLink(
                folder.resolve("relative link"), Path.of("copy of it", "bin", "merlin-adapter"));
        Path absolute = Files.createSymbolicLink(temp.resolve("absolute link"), relative);
        Path wholeFolder = Files.createSymbolicLink(temp.resolve("linked folder"), folder.resolve("copy of it"));

        for (Path link : List.of(relative, absolute, wholeFolder.resolve("bin/merlin-adapter"))) {
            assertThat(run(Map.of(), link, "--version").out()).as("%s", link).startsWith("merlin-adapter ");
        }
    }

    @Test
    void theJavaDeliveredWithItComesFirstThenJavaHomeThenThePath() throws Exception {
        Path copy = Files.createDirectories(temp.resolve("copy/bin")).resolve("merlin-adapter");
        Files.copy(LAUNCHER, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Path onPath = script(temp.resolve("path/java"), "echo path");
        Path home = script(temp.resolve("home/bin/java"), "echo home");
        Map<String, String> path = Map.of("JAVA_HOME", "", "PATH", onPath.getParent() + ":" + System.getenv("PATH"));
        Map<String, String> both =
                Map.of("JAVA_HOME", home.getParent().getParent().toString(), "PATH", path.get("PATH"));

        assertThat(run(path, copy).out()).isEqualTo("path\n");
        assertThat(run(both, copy).out()).isEqualTo("home\n");
        script(temp.resolve("copy/runtime/bin/java"), "echo delivered");
        assertThat(run(both, copy).out()).isEqualTo("delivered\n");
    }

    @Test
    void withoutJavaItSaysWhatToDo() throws Exception {
        Ended ended = run(Map.of("JAVA_HOME", "/nowhere", "PATH", "/nowhere"), LAUNCHER, "--version");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .isEqualTo(
                        "merlin-adapter: no Java found: JAVA_HOME is \"/nowhere\", where there is no bin/java, and none is"
                                + " on the PATH; install Java 17 or later, or set JAVA_HOME to the folder of one\n");
        assertThat(run(Map.of("JAVA_HOME", "", "PATH", "/nowhere"), LAUNCHER, "--version")
                        .err())
                .isEqualTo("merlin-adapter: no Java found; install Java 17 or later and put it on the PATH,"
                        + " or set JAVA_HOME to its folder\n");
    }

    /** All that is printed, but for what was done with the arguments before. */
    @Test
    void whatCannotBeStartedIsTheOnlyThingThatIsSaid() throws Exception {
        Path log = Files.writeString(temp.resolve("termination-log"), "");
        Map<String, String> env = Map.of("MERLIN_MODEL_NAME", "m", "ADAPTER_TERMINATION_LOG", log.toString());
        script(temp.resolve("crlf"));
        Files.writeString(temp.resolve("crlf"), "#!/bin/sh\r\n");

        Ended plain = run(env, LAUNCHER, "--workers=2", "./crlf");
        assertThat(plain.code()).isEqualTo(ExitCode.PROGRAM.code());
        assertThat(plain.out()).isEmpty();
        assertThat(plain.err().lines())
                .singleElement()
                .asString()
                .contains(" ERROR ", "the program \"./crlf\" has lines that end as on Windows")
                .doesNotContain("put together");
        assertThat(log).content().startsWith("the program \"./crlf\" has lines that end as on Windows");

        Ended together = run(env, LAUNCHER, "cd", "'my", "folder'");
        assertThat(together.err().lines())
                .singleElement()
                .asString()
                .contains(
                        "\"cd\" is a builtin of the shell", "Note that the arguments look split", "--split-args=never");
    }

    @Test
    void theEnvironmentReachesJavaUntouchedAndSoDoTheArguments() throws Exception {
        Path java = script(temp.resolve("home/bin/java"), "env -0", "printf '<%s>' \"$@\" >&2");
        Files.writeString(temp.resolve("home/release"), "JAVA_VERSION=\"25.0.3\"");
        Path plain = script(temp.resolve("plain"), "exec '" + java + "'");
        Map<String, String> env = new HashMap<>(Map.of(
                "LC_ALL",
                "C",
                "JAVA_HOME",
                java.getParent().getParent().toString(),
                "ADAPTER_JAVA_OPTS",
                "-Da=*  -Db",
                "lib",
                "x"));

        Ended launched = run(env, LAUNCHER, "--", "a b", "", "*");
        // What Java is told of the locale, it does not hand on.
        env.put("LC_ALL", "C.UTF-8");
        Ended reference = run(env, plain);

        assertThat(launched.out().split("\0"))
                .containsExactlyInAnyOrder(reference.out().split("\0"));
        assertThat(launched.err())
                .matches("<-Xlog:disable><-Xlog:all=warning:stderr>"
                        + "<-XX:\\+UseSerialGC><-Xms16m><-Xmx\\d+m><-XX:MinHeapFreeRatio=60><-Xss512k><-XX:\\+ExitOnOutOfMemoryError>"
                        + "<-XX:-UsePerfData><-Dio.netty.jfr.enabled=false><-Dio.merlinadapter.lc-all=C><-Dio.merlinadapter.letters=>"
                        + "<-Dio.merlinadapter.home="
                        + FOLDER.toRealPath()
                        + "><--enable-native-access=ALL-UNNAMED>"
                        + "<--sun-misc-unsafe-memory-access=allow><-Da=\\*><-Db><-cp><"
                        + FOLDER.toRealPath()
                        + "/lib/merlin-adapter.jar><io.merlinadapter.cli.Main><--><a b><><\\*>");
    }

    private static Path script(Path path, String... lines) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(path.toFile().setExecutable(true)).isTrue();
        return path;
    }

    private Ended run(Map<String, String> env, Path launcher, String... args) throws Exception {
        List<String> words = new ArrayList<>(List.of(launcher.toString()));
        words.addAll(List.of(args));
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(temp.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // What the build itself runs with must not leak in: some of it makes Java talk.
        builder.environment().keySet().removeIf(name -> name.startsWith("ADAPTER_") || name.startsWith("CARAML_"));
        builder.environment()
                .keySet()
                .removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "WORKERS", "LOG_LEVEL"));
        builder.environment().putAll(env);
        Process process = builder.start();
        assertThat(process.waitFor(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void helpIsAsWideAsTheTerminal() throws Exception {
        String inTerminal = """
                import fcntl, os, pty, struct, subprocess, sys, termios
                ours, theirs = pty.openpty()
                fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 71, 0, 0))
                child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=theirs)
                os.close(theirs)
                while True:
                    try:
                        read = os.read(ours, 65536)
                    except OSError:
                        break
                    if not read:
                        break
                    sys.stdout.buffer.write(read)
                sys.exit(child.wait())
                """;
        Ended help = run(Map.of(), Path.of("python3"), "-c", inTerminal, LAUNCHER.toString(), "-h");
        assertThat(help.code()).isZero();
        int longest = help.out().lines().mapToInt(String::length).max().orElse(0);
        assertThat(longest).isBetween(61, 71);
    }
}
