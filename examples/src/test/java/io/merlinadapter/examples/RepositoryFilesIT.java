package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What GitHub reads of this repository has the form that GitHub wants, and the pins are looked after. */
@Timeout(600)
@Tag("all")
final class RepositoryFilesIT {
    private static final String ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
    private static final Path TARGET = AdapterProcess.ROOT.resolve("examples/target");
    private static final Path GITHUB = AdapterProcess.ROOT.resolve(".github");
    private static final Pattern ACTION = Pattern.compile("uses: ([\\w-]+/[\\w-]+)\\S*@(\\w+) # (\\S+)");

    @TempDir
    Path folder;

    /** With shellcheck, their scripts as well. */
    @Test
    void actionlintFindsNothingInTheWorkflows() {
        Path bin = TARGET.resolve("go");
        Tools.run(AdapterProcess.ROOT, "env", "GOBIN=" + bin, "GOFLAGS=-buildvcs=false", "go", "install", ACTIONLINT);

        assertThat(Tools.run(AdapterProcess.ROOT, bin.resolve("actionlint").toString(), "-shellcheck=shellcheck"))
                .isEmpty();
    }

    /** But in Maven's wrapper, which is not from here. */
    @Test
    void shellcheckFindsNothingInTheScripts() {
        String scripts = Tools.run(AdapterProcess.ROOT, "git", "grep", "-lE", "^#!/.*sh$", "--", ":!mvnw", ":!*.md");
        assertThat(scripts).contains("scripts/release\n", ".ci/run\n", "bin/merlin-adapter\n");

        assertThat(Tools.run(AdapterProcess.ROOT, "sh", "-c", "shellcheck -x $0", scripts.replace('\n', ' ')))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vendor.github-workflows, workflows, 6",
        "vendor.dependabot, dependabot.yml, 1",
        "vendor.github-issue-config, ISSUE_TEMPLATE/config.yml, 1",
        "vendor.github-issue-forms, ISSUE_TEMPLATE, 3"
    })
    void filesFitGitHubsSchemas(String schema, String place, int files) throws IOException {
        Path python = Tools.python(
                TARGET.resolve("repository"),
                AdapterProcess.ROOT.resolve("examples/src/test/repository/requirements.txt"));
        List<String> found = files(GITHUB.resolve(place));
        assertThat(found).hasSize(files);
        Stream<String> command = Stream.of(
                python.resolveSibling("check-jsonschema").toString(), "--no-cache", "--builtin-schema", schema);

        String said = Tools.run(
                AdapterProcess.ROOT, Stream.concat(command, found.stream()).toArray(String[]::new));

        assertThat(said).contains("ok -- validation done");
    }

    private static List<String> files(Path place) throws IOException {
        try (Stream<Path> within = Files.walk(place)) {
            return within.filter(Files::isRegularFile)
                    .filter(file -> file.equals(place) || !file.endsWith("config.yml"))
                    .map(Path::toString)
                    .toList();
        }
    }

    /** With the versions of a day when no pin was needed any more. */
    @Test
    void pinsWhoseReasonIsGoneAreNamed() throws Exception {
        String pom = Files.readString(AdapterProcess.ROOT.resolve("pom.xml"));
        Map<String, String> versions = Map.of(
                "vertx", "5.0.10",
                "netty", "4.2.1.Final",
                "jackson", "2.18.1",
                "micrometer", "1.17.2",
                "prometheus", "1.6.0",
                "arrow", "19.0.0",
                "flatbuffers", "25.2.10");
        for (var each : versions.entrySet()) {
            pom = pom.replaceAll(
                    "<" + each.getKey() + "\\.version>[^<]+", "<" + each.getKey() + ".version>" + each.getValue());
        }
        Path doctored = Files.writeString(folder.resolve("pom.xml"), pom);

        Said said = stalePins("libraries", Map.of("POM", doctored.toString()));

        assertThat(said.output())
                .containsPattern("(?m)^stale +netty 4\\.2\\.1\\.Final: Vert\\.x 5\\.0\\.10 brings 4\\.2\\.")
                .containsPattern("(?m)^stale +jackson 2\\.18\\.1: ")
                .containsPattern(
                        "(?m)^stale +prometheus 1\\.6\\.0: micrometer 1\\.17\\.2 is built on 1\\.7\\.0; take that")
                .containsPattern("(?m)^holds +flatbuffers 25\\.2\\.10: ")
                .containsPattern("(?m)^stale +vertx-grpc \\S+: Vert\\.x 5\\.0\\.10 has one of its own");
        assertThat(said.code()).isEqualTo(1);
    }

    /** Of repositories on this machine; their tags are not at the commits that the workflows name. */
    @Test
    void actionsWhoseTagsHaveMovedAreNamed() throws Exception {
        Map<String, String> tags = new HashMap<>();
        for (String workflow : files(GITHUB.resolve("workflows"))) {
            ACTION.matcher(Files.readString(Path.of(workflow)))
                    .results()
                    .forEach(action -> tags.put(action.group(1), action.group(3)));
        }
        for (var each : tags.entrySet()) {
            String script =
                    "git init -q $0 && cd $0 && git -c user.name=a -c user.email=a@localhost commit -q --allow-empty -m a"
                            + " && git -c user.name=a -c user.email=a@localhost tag -a -m a " + each.getValue();
            Tools.run(folder, "sh", "-ec", script, each.getKey());
        }
        Map<String, String> here = Map.of(
                "GIT_CONFIG_COUNT", "1",
                "GIT_CONFIG_KEY_0", "url.file://" + folder + "/.insteadOf",
                "GIT_CONFIG_VALUE_0", "https://github.com/");

        Said said = stalePins("actions", here);

        assertThat(tags).hasSizeGreaterThan(4);
        String commit = Tools.run(folder.resolve("actions/checkout"), "git", "rev-parse", "HEAD")
                .strip();
        assertThat(said.output())
                .containsPattern("stale +actions/checkout v\\S+: \\w{40} is pinned, but the tag is " + commit)
                .doesNotContain("holds", "unknown");
        assertThat(said.code()).isEqualTo(1);
    }

    private record Said(int code, String output) {}

    private static Said stalePins(String kind, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        AdapterProcess.ROOT.resolve("scripts/stale-pins").toString(), kind)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
