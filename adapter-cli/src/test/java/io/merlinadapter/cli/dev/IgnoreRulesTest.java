package io.merlinadapter.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What .gitignore says, and what is ignored without it. */
class IgnoreRulesTest {
    @TempDir
    private Path top;

    private Path root;

    @BeforeEach
    void aRepositoryWithAModelInIt() throws IOException {
        Files.createDirectories(top.resolve(".git"));
        root = Files.createDirectories(top.resolve("models/eta"));
    }

    private IgnoreRules rules(String... lines) throws IOException {
        Files.writeString(root.resolve(IgnoreRules.FILE), String.join("\n", lines));
        IgnoreRules rules = IgnoreRules.of(root);
        rules.read(root);
        return rules;
    }

    private boolean ignores(IgnoreRules rules, String path) {
        boolean isFolder = path.endsWith("/");
        return rules.ignores(root.resolve(path), isFolder);
    }

    @Test
    void whatEditorsAndPythonLeaveIsIgnoredAlways() throws IOException {
        IgnoreRules rules = rules();
        for (String path : new String[] {
            ".git/", "__pycache__/", "util.pyc", ".predict.py.swp", "predict.py~", ".venv/", "4913", "a/.mypy_cache/"
        }) {
            assertThat(ignores(rules, path)).as(path).isTrue();
        }
        for (String path : new String[] {"predict.py", "a/", "a/weights.bin", "request.json", "cores.txt"}) {
            assertThat(ignores(rules, path)).as(path).isFalse();
        }
    }

    @Test
    void aNameIsIgnoredAtAnyDepthAndAPathWhereItIs() throws IOException {
        IgnoreRules rules = rules("# a comment", "", "*.log", "/only.txt", "a/b.csv", "data/", "**/deep/x", "out/**");
        assertThat(ignores(rules, "x.log")).isTrue();
        assertThat(ignores(rules, "a/b/x.log")).isTrue();
        assertThat(ignores(rules, "only.txt")).isTrue();
        assertThat(ignores(rules, "a/only.txt")).isFalse();
        assertThat(ignores(rules, "a/b.csv")).isTrue();
        assertThat(ignores(rules, "c/a/b.csv")).isFalse();
        assertThat(ignores(rules, "data/")).isTrue();
        assertThat(ignores(rules, "data")).isFalse();
        assertThat(ignores(rules, "c/data/")).isTrue();
        assertThat(ignores(rules, "c/deep/x")).isTrue();
        assertThat(ignores(rules, "out/x/y")).isTrue();
    }

    @Test
    void theLastRuleCountsAndMayTakeBack() throws IOException {
        IgnoreRules rules = rules("*.json", "!request.json", "file[0-9].txt", "\\!odd", "a?c", "[!a]z");
        assertThat(ignores(rules, "x.json")).isTrue();
        assertThat(ignores(rules, "request.json")).isFalse();
        assertThat(ignores(rules, "file1.txt")).isTrue();
        assertThat(ignores(rules, "filex.txt")).isFalse();
        assertThat(ignores(rules, "!odd")).isTrue();
        assertThat(ignores(rules, "abc")).isTrue();
        assertThat(ignores(rules, "a/c")).isFalse();
        assertThat(ignores(rules, "bz")).isTrue();
        assertThat(ignores(rules, "az")).isFalse();
    }

    @Test
    void theFoldersAboveHaveASayUpToTheTopOfTheRepository() throws IOException {
        Files.writeString(top.resolve(IgnoreRules.FILE), "*.bin\n/models/eta/big/\n");
        Files.writeString(top.resolve("models").resolve(IgnoreRules.FILE), "!keep.bin\n");
        IgnoreRules rules = rules();
        assertThat(ignores(rules, "x.bin")).isTrue();
        assertThat(ignores(rules, "keep.bin")).isFalse();
        assertThat(ignores(rules, "big/")).isTrue();
    }

    @Test
    void aBrokenPatternMatchesNothing() throws IOException {
        IgnoreRules rules = rules("[", "[z-a]", "\\", "x.txt   ");
        assertThat(ignores(rules, "predict.py")).isFalse();
        assertThat(ignores(rules, "x.txt")).isTrue();
    }
}
