package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramFaultTest {
    private static final String PATH = "/bin:/usr/bin";

    @TempDir
    Path folder;

    private String describe(String program) {
        return ProgramFault.describe(List.of(program, "arg"), PATH, folder);
    }

    @Test
    void aFileThatIsNotExecutableIsToldHowToBecomeIt() throws Exception {
        Files.writeString(folder.resolve("eta.py"), "");

        assertThat(describe("./eta.py"))
                .isEqualTo("\"./eta.py\" exists but is not executable; chmod +x ./eta.py,"
                        + " or start it with its interpreter");
    }

    @Test
    void sourceCodeThatHasToBeBuiltIsToldSo() throws Exception {
        for (String name : List.of("main.go", "Eta.java", "eta.rs", "eta.c", "eta.Cpp", "eta.kt")) {
            Files.writeString(folder.resolve(name), "");
            assertThat(List.of(describe("./" + name), describe(name)))
                    .allSatisfy(told -> assertThat(told)
                            .contains("\" is source code, not a program; build it")
                            .doesNotContain("chmod"));
        }
        assertThat(describe("./main.go"))
                .isEqualTo("\"./main.go\" is source code, not a program; build it (go build) and name the file that it"
                        + " makes, or write: go run ./main.go");
        assertThat(describe("Eta.java")).endsWith(", or write: java ./Eta.java");
    }

    @Test
    void aFolderIsNoProgram() throws Exception {
        Files.createDirectory(folder.resolve("model"));

        assertThat(describe("./model")).isEqualTo("\"./model\" is a folder; expected a program");
        assertThat(describe("model")).isEqualTo("\"model\" is a folder; expected a program");
        assertThat(describe(folder.toString())).endsWith("is a folder; expected a program");
    }

    @Test
    void aDeviceIsNoProgram() {
        assertThat(describe("/dev/null")).isEqualTo("\"/dev/null\" is not a file that can be executed");
    }

    @Test
    void aFileOfThisFolderNeedsItsFolderWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("eta.py"), "");

        assertThat(describe("eta.py"))
                .isEqualTo("\"eta.py\" was not found on the PATH, but it is in this folder; write ./eta.py"
                        + " and chmod +x ./eta.py, or start it with its interpreter");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        assertThat(describe("eta.py")).endsWith("in this folder; write ./eta.py");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh eta.sh", "/bin/sh eta.sh", " sh  -c x"})
    void aCommandLineInOneWordIsToldToLeaveItsQuotes(String program) {
        assertThat(describe(program)).isEqualTo("\"" + program + "\" is one word; remove the quotes");
    }

    @Test
    void aPathToNothingIsNoSuchFile() {
        assertThat(describe("./eta.py")).isEqualTo("\"./eta.py\" was not found: no such file");
        assertThat(describe("./eta.py --fast")).endsWith("was not found: no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-program", "no-such-program -x", "\0"})
    void anythingElseIsNotOnThePath(String program) {
        assertThat(describe(program)).endsWith("\" was not found on the PATH (" + PATH + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "version"})
    void aWordThatIsNoProgramMayHaveMeantAnOption(String word) {
        assertThat(describe(word)).endsWith("; did you mean merlin-adapter --" + word + "?");
    }

    @Test
    void aLinkToNothingNamesWhatIsMissing() throws Exception {
        Files.createSymbolicLink(folder.resolve("python3"), Path.of("/usr/local/bin/none"));

        assertThat(describe("./python3"))
                .isEqualTo(
                        "\"./python3\" was not found: it is a link to \"/usr/local/bin/none\", which does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'sh'", "\"sh\"", "\u201csh\u201d", "sh'", "'/bin/sh'"})
    void quotesAroundAProgramAreNoPartOfIt(String program) {
        assertThat(describe(program))
                .isEqualTo(
                        "\"" + program + "\" has quotes around it, which only a shell takes away, and none is involved;"
                                + " remove them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh\n", "sh\r", " sh", "/bin/sh\t"})
    void whatCannotBeSeenAroundAProgramIsNamed(String program) {
        assertThat(describe(program)).endsWith("has a blank or an end of line around it; remove it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u2013-workers=2", "\u2014workers=2", "\u2212-workers"})
    void aDashOfAWordProcessorIsNoHyphen(String program) {
        assertThat(describe(program)).endsWith("begins with a dash that is no hyphen; write the option with -- again");
    }

    @Test
    void anOptionInPlaceOfAProgramIsToldItsPlace() {
        assertThat(describe("--workers=2"))
                .isEqualTo("\"--workers=2\" is no program; options of merlin-adapter come before --, the program comes"
                        + " after it");
    }

    @Test
    void foldersOfWindowsAreNoFoldersHere() {
        assertThat(describe(".\\eta.exe")).endsWith("; folders are separated by / here");
    }
}
