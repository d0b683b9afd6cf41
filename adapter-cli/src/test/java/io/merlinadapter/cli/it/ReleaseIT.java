package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code make release} refuses, and what its files are compared by. That the files work, it tries itself. */
@SideBySide
class ReleaseIT {
    private static final String CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n";
    private static final String NO_CHANGES =
            "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- A thing.\n";

    @TempDir
    Path temp;

    private Path project;

    private record Ended(int code, String output) {}

    /** A project of nothing but what a release looks at. */
    @BeforeEach
    void commitProject() throws IOException {
        project = Files.createDirectories(temp.resolve("a project"));
        Path scripts = Files.createDirectories(project.resolve("scripts"));
        for (String script : List.of("release", "release-jdk")) {
            Files.copy(AdapterProcess.ROOT.resolve("scripts").resolve(script), scripts.resolve(script));
            assertThat(scripts.resolve(script).toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(project.resolve("CHANGELOG.md"), CHANGES);
        git("init", "--quiet", "--initial-branch=main");
        commit();
    }

    private String git(String... arguments) {
        String[] command = new String[arguments.length + 5];
        List.of("git", "-c", "user.name=a", "-c", "user.email=a@b").toArray(command);
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        return Tools.run(project, command);
    }

    private void commit() {
        git("add", "--all");
        git("commit", "--quiet", "--message=It works");
    }

    private Ended release(String version, Map<String, String> environment) throws Exception {
        return run(project, environment, "scripts/release", version);
    }

    private static Ended run(Path folder, Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Map.of("GIT_COMMITTER_NAME", "a", "GIT_COMMITTER_EMAIL", "a@b", "CHECKS", "no"));
        builder.environment().putAll(environment);
        Process process = builder.redirectInput(new File("/dev/null")).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private void assertRefused(String version, Map<String, String> environment, String reason) throws Exception {
        String before = git("log", "--format=%H %D") + git("status", "--porcelain");

        Ended ended = release(version, environment);

        assertThat(ended.code()).as(ended.output()).isEqualTo(2);
        assertThat(ended.output()).startsWith("release: ").contains(reason).hasLineCount(1);
        assertThat(git("log", "--format=%H %D") + git("status", "--porcelain")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-rc1", "1.2.3; true"})
    void aVersionIsThreeNumbers(String version) throws Exception {
        assertRefused(version, Map.of(), "VERSION is \"" + version + "\" (expected: three numbers, such as 1.2.3)");
    }

    @Test
    void itStartsFromACommitOfABranchWithNothingBesideIt() throws Exception {
        Files.writeString(project.resolve("new-file"), "");
        assertRefused("1.2.3", Map.of(), "files differ from the commit");

        Files.delete(project.resolve("new-file"));
        git("checkout", "--quiet", "--detach");
        assertRefused("1.2.3", Map.of(), "no branch is checked out");
    }

    @Test
    void aReleaseThatWasIsNotMadeAgain() throws Exception {
        git("tag", "v1.2.3");
        assertRefused("1.2.3", Map.of(), "there is a tag v1.2.3 already");

        Files.writeString(project.resolve("CHANGELOG.md"), CHANGES + "\n## [1.2.4] - 2026-01-01\n");
        commit();
        assertRefused("1.2.4", Map.of(), "CHANGELOG.md has a section 1.2.4 already, and 1.2.4 is not later");
        assertRefused("1.2.3", Map.of(), "there is a tag v1.2.3 already");
        assertRefused("0.9.9", Map.of(), "CHANGELOG.md has a section 1.2.4 already, and 0.9.9 is not later");
    }

    @Test
    void thereIsSomethingToTellItsUsers() throws Exception {
        Files.writeString(project.resolve("CHANGELOG.md"), NO_CHANGES);
        commit();

        assertRefused("1.2.3", Map.of(), "CHANGELOG.md has nothing under Unreleased");
    }

    @Test
    void theArchiveGetsAJavaThatRunsOnOldSystemsToo() throws Exception {
        assertRefused("1.2.3", Map.of("RELEASE_JDK", "/nowhere"), "no JDK in /nowhere; set RELEASE_JDK");

        Path java = jdk("25.0.1", "GLIBC_2.17 GLIBC_2.38");
        assertRefused("1.2.3", Map.of("RELEASE_JDK", java.toString()), "needs GLIBC 2.38, and");

        Path older = jdk("17.0.1", "GLIBC_2.17");
        assertRefused("1.2.3", Map.of("RELEASE_JDK", older.toString()), "is 17 (expected: 25)");
    }

    private Path jdk(String version, String symbols) throws IOException {
        Path jdk = Files.createDirectories(temp.resolve("jdk-" + version));
        for (String file : List.of("bin/java", "bin/jlink", "lib/libjava.so", "lib/server/libjvm.so")) {
            Files.createDirectories(jdk.resolve(file).getParent());
            Files.writeString(jdk.resolve(file), symbols);
        }
        assertThat(jdk.resolve("bin/jlink").toFile().setExecutable(true)).isTrue();
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    @Test
    void aReleaseThatFailsLeavesNoCommitAndNoTag() throws Exception {
        // All is well but what builds: this project has none of it.
        Path java = jdk("25.0.1", "GLIBC_2.17");
        Files.writeString(project.resolve("pom.xml"), "<revision>0.1.0</revision>\n");
        commit();
        String before = git("log", "--format=%H %D") + git("worktree", "list");

        Ended ended = release(
                "1.2.3", Map.of("RELEASE_JDK", java.toString(), "GIT_AUTHOR_NAME", "a", "GIT_AUTHOR_EMAIL", "a@b"));

        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output())
                .contains("WITHOUT TESTS")
                .contains("with-engine")
                .contains("no commit, no tag");
        assertThat(git("log", "--format=%H %D") + git("worktree", "list")).isEqualTo(before);
        assertThat(git("status", "--porcelain")).isEmpty();
    }

    /** The last from a table that is kept by hand. */
    @Test
    void theBillNamesJarsJavaPackagesAndTheFilesOfOthers() throws Exception {
        String origins = "adapter-upi/src/main/protobuf/README.md";
        for (String file : List.of("scripts/sbom", origins)) {
            Files.createDirectories(project.resolve(file).getParent());
            Files.copy(AdapterProcess.ROOT.resolve(file), project.resolve(file));
        }
        Path bill =
                Files.createDirectories(project.resolve("adapter-cli/target")).resolve("bom.json");
        Files.writeString(bill, """
                {"metadata": {"component": {"bom-ref": "own"}}, "components": [{"name": "a-library", "bom-ref": "jar"}]}
                """);
        Path runtime = Files.createDirectories(temp.resolve("a runtime"));
        Files.writeString(runtime.resolve("release"), """
                JAVA_VERSION="25.0.1"
                JAVA_RUNTIME_VERSION="25.0.1+8"
                MODULES="java.base"
                IMPLEMENTOR="Somebody"
                """);
        Path packages = Files.writeString(temp.resolve("packages"), "zlib1g\t1:1.3\tamd64\tzlib\t1:1.3\n");
        String to = temp.resolve("made.json").toString();

        Ended ended = run(
                project,
                Map.of(),
                "python3",
                "scripts/sbom",
                "1.2.3",
                "abc",
                "0",
                runtime.toString(),
                packages.toString(),
                to);

        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(Files.readString(Path.of(to)))
                .contains("\"name\": \"a-library\"", "\"version\": \"25.0.1+8\"", "\"name\": \"zlib1g\"")
                .containsPattern("\"purl\": \"pkg:github/caraml-dev/universal-prediction-interface@\\w+\"")
                .containsPattern("\"purl\": \"pkg:github/grpc/grpc-proto@\\w+\"")
                .containsPattern("\"purl\": \"pkg:maven/com.google.api.grpc/proto-google-common-protos@[\\d.]+\"")
                .contains("\"value\": \"grpc/health/v1, grpc/reflection/v1, grpc/reflection/v1alpha\"");
    }

    @Test
    void twoReleasesMayDifferInWhatIsNamedAndInNothingElse() throws Exception {
        Path one = releaseOf("one", "jar", "cache of one run", "by one");
        Path other = releaseOf("other", "jar", "cache of another", "by another");
        Path changed = releaseOf("changed", "another jar", "cache of one run", "by one");

        Ended equal = compare(one, other);
        assertThat(equal.code()).as(equal.output()).isZero();
        assertThat(equal.output()).isEqualTo("""
                        differs, as it may: adapter.tar.gz: adapter/lib/merlin-adapter.aot
                        differs, as it may: provenance.json
                        """);

        Ended different = compare(one, changed);
        assertThat(different.code()).isEqualTo(1);
        assertThat(different.output()).contains("DIFFERS: adapter.tar.gz: adapter/lib/a.jar\n");

        Files.writeString(other.resolve("more"), "");
        assertThat(compare(one, other).output()).contains("DIFFERS: more: only one has it\n");
    }

    private static Ended compare(Path one, Path other) throws Exception {
        String script = AdapterProcess.ROOT.resolve("scripts/compare-releases").toString();
        return run(AdapterProcess.ROOT, Map.of(), script, one.toString(), other.toString());
    }

    private Path releaseOf(String name, String jar, String cache, String builder) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(name));
        Path lib = Files.createDirectories(temp.resolve(name + "-files/adapter/lib"));
        Files.writeString(lib.resolve("a.jar"), jar);
        Files.writeString(lib.resolve("merlin-adapter.aot"), cache);
        Files.writeString(folder.resolve("provenance.json"), builder);
        Path tar = temp.resolve(name + ".tar");
        Tools.run(lib.getParent().getParent(), "tar", "--sort=name", "--mtime=@0", "-cf", tar.toString(), "adapter");
        try (GZIPOutputStream zipped = new GZIPOutputStream(Files.newOutputStream(folder.resolve("adapter.tar.gz")))) {
            Files.copy(tar, zipped);
        }
        return folder;
    }
}
