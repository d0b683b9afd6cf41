package io.merlinadapter.cli.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What GitHub reads of this repository fits the rest of it. RepositoryFilesIT holds its form against the schemas. */
class RepositoryFilesTest {
    private static final Path GITHUB = AdapterProcess.ROOT.resolve(".github");
    private static final Pattern ACTION = Pattern.compile("uses: (\\S+)(.*)");
    private static final Pattern PINNED = Pattern.compile("([\\w./-]+)@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
    private static final Pattern VERB = Pattern.compile("run: .*\\bmake ([a-z-]+)");
    private static final Set<String> FETCHED = Set.of("target", "node_modules", ".git");

    private static final Pattern MANIFEST =
            Pattern.compile("requirements\\.txt|go\\.mod|package\\.json|Dockerfile(\\.\\w+)?|compose\\.yaml");

    /** Listed at the end of dependabot.yml, with the reason. */
    private static final Set<String> PINNED_BY_OTHERS = Set.of(
            "/examples/iris-xgboost-python/requirements.txt",
            "/examples/merlin/requirements.txt",
            "/examples/src/test/python/requirements.txt");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(GITHUB.resolve("workflows"))) {
            return files.toList();
        }
    }

    private static Stream<MatchResult> inWorkflows(Pattern pattern) throws IOException {
        return workflows().stream().flatMap(file -> pattern.matcher(read(file)).results());
    }

    @Test
    void actionsArePinnedByCommitWithTheirVersionBesideAndOneVersionOfEach() throws IOException {
        Map<String, String> used = new HashMap<>();
        assertThat(inWorkflows(ACTION)).hasSizeGreaterThan(10).allSatisfy(found -> {
            String action = found.group(1) + found.group(2);
            assertThat(action).matches(PINNED);
            // Of github/codeql-action there are several in one repository.
            String repository = String.join("/", List.of(action.split("[/@]")).subList(0, 2));
            String pin = action.substring(action.indexOf('@'));
            assertThat(used.putIfAbsent(repository, pin)).as(repository).isIn(null, pin);
        });
    }

    @Test
    void nothingMayWriteUnlessAJobSaysSo() throws IOException {
        assertThat(workflows())
                .hasSizeGreaterThan(5)
                .allSatisfy(file -> assertThat(read(file))
                        .contains("\npermissions:\n  contents: read\n")
                        .doesNotContain("pull_request_target", "write-all"));
    }

    @Test
    void workflowsRunVerbsOfTheMakefile() throws IOException {
        String makefile = read(AdapterProcess.ROOT.resolve("Makefile"));
        assertThat(inWorkflows(VERB).map(found -> found.group(1)).distinct())
                .hasSizeGreaterThan(4)
                .allSatisfy(verb -> assertThat(makefile).contains("\n.PHONY: " + verb + "\n"));
    }

    @Test
    void theOldestJavaThatIsCheckedIsTheOneThatIsCompiledFor() throws IOException {
        String pom = read(AdapterProcess.ROOT.resolve("pom.xml"));
        String oldest = pom.replaceAll("(?s).*<maven.compiler.release>(\\d+)<.*", "$1");
        assertThat(read(GITHUB.resolve("workflows/check.yml"))).contains("java: [" + oldest + ", ");
    }

    /** make test-all makes one as well, and as root, who has none of the variables of the runner but those that are passed. */
    @Test
    void whereAReleaseIsMadeThereIsTheJavaThatItsArchiveGets() throws IOException {
        List<String> makers = workflows().stream()
                .map(RepositoryFilesTest::read)
                .filter(text -> text.matches("(?s).*run: .*(scripts/release-files|make test-all).*"))
                .toList();
        assertThat(makers)
                .hasSize(2)
                .allSatisfy(text -> assertThat(text)
                        .containsPattern("java-version: \\|\n +25\n")
                        .containsPattern("run: (scripts/with-engine |sudo .*RELEASE_JDK=\\$JAVA_HOME_25_X64)"));
    }

    @Test
    void everyListOfLibrariesIsUpdatedOrPinnedByOthers() throws IOException {
        List<String> folders = Pattern.compile("(?:directory:|-) (/.*)")
                .matcher(read(GITHUB.resolve("dependabot.yml")))
                .results()
                .map(found -> found.group(1).replaceAll("/$", ""))
                .toList();
        List<String> manifests = manifests();
        assertThat(manifests).hasSizeGreaterThan(15).allSatisfy(manifest -> {
            if (!PINNED_BY_OTHERS.contains(manifest)) {
                assertThat(folders).contains(folder(manifest));
            }
        });
        assertThat(manifests.stream().map(RepositoryFilesTest::folder)).containsAll(folders);
        assertThat(manifests).containsAll(PINNED_BY_OTHERS);
    }

    private static String folder(String manifest) {
        return manifest.substring(0, manifest.lastIndexOf('/'));
    }

    /** All that name libraries or images, by their paths from the top; not those that a build or a fetch has put there. */
    private static List<String> manifests() throws IOException {
        List<String> manifests = new ArrayList<>();
        Files.walkFileTree(AdapterProcess.ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) {
                return FETCHED.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
                if (MANIFEST.matcher(file.getFileName().toString()).matches()
                        && (!file.endsWith("go.mod") || read(file).contains("require"))) {
                    manifests.add("/" + AdapterProcess.ROOT.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return manifests;
    }

    @ParameterizedTest
    @ValueSource(strings = {"program.yml", "adapter.yml", "question.yml"})
    void formsAskForWhatTheFirstAnswerNeeds(String form) {
        assertThat(read(GITHUB.resolve("ISSUE_TEMPLATE").resolve(form)))
                .contains("`merlin-adapter --version`", "first line of the", "`merlin-adapter check --json");
    }
}
