package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.ForeignFormats;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a program that can't be started, or may not be what was meant, before anything is. */
class ProgramInspectionTest {
    private static final int X86_64 = 62;
    private static final int I386 = 3;
    private static final int ARM64 = 183;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    @TempDir
    Path folder;

    private ProgramInspection inspection(String machine) {
        return new ProgramInspection(
                folder.resolve("bin") + ":/usr/bin:/bin",
                folder,
                machine,
                new ForeignFormats(folder.resolve("binfmt_misc")));
    }

    private String file(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    private String file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** With the folder of the test left away. */
    private @Nullable String fault(String... command) {
        String fault = inspection("amd64").fault(List.of(command));
        return fault == null ? null : fault.replace(folder + "/", "");
    }

    private List<String> warnings(String... command) {
        ProgramInspection inspection = inspection("amd64");
        assertThat(inspection.fault(List.of(command))).isNull();
        return inspection.warnings().stream()
                .map(warning -> warning.replace(folder + "/", ""))
                .toList();
    }

    static Stream<Arguments> elves() {
        return Stream.of(
                Arguments.of(
                        Elves.program(ARM64),
                        "is a program for aarch64, this machine is x86_64; build it for linux/amd64 (GOARCH=amd64, docker"
                                + " build --platform=linux/amd64)"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, 40, 32, LITTLE, null),
                        "is a program for arm, this machine is x86_64"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, 21, 64, ByteOrder.BIG_ENDIAN, null), "is a program for ppc64, this"),
                Arguments.of(Elves.program(21), "is a program for ppc64le, this machine is x86_64"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, 22, 64, ByteOrder.BIG_ENDIAN, null), "is a program for s390x, this"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, 8, 32, ByteOrder.BIG_ENDIAN, null),
                        "is a program for mips (big-endian), this machine is x86_64"),
                Arguments.of(Elves.program(999), "is a program for machine number 999, this machine is x86_64"),
                Arguments.of(
                        Elves.of(Elves.OBJECT, X86_64, 64, LITTLE, null),
                        "is an object file of a compiler; link it to a program"),
                Arguments.of(Elves.of(Elves.CORE, X86_64, 64, LITTLE, null), "is a core dump; expected a program"),
                Arguments.of(
                        Elves.of(Elves.SHARED, X86_64, 64, LITTLE, null), "is a shared library; expected a program"),
                Arguments.of(Arrays.copyOf(Elves.program(X86_64), 50), "is cut off: it ends before"),
                Arguments.of(Arrays.copyOf(Elves.program(X86_64), 90), "is cut off: it ends before"),
                Arguments.of(
                        Arrays.copyOf(Elves.of(Elves.EXECUTABLE, X86_64, 64, LITTLE, "/lib/ld"), 177),
                        "is cut off: it ends before what its header tells of; copy it again"),
                Arguments.of(
                        Elves.of(Elves.SHARED, X86_64, 64, LITTLE, "/no/ld-musl-x86_64.so.1"),
                        "needs the loader /no/ld-musl-x86_64.so.1, which is not here: it was built for musl (Alpine); build"
                                + " it on a system with glibc such as this one, or without shared libraries"),
                Arguments.of(
                        Elves.of(Elves.SHARED, X86_64, 64, LITTLE, "/no/ld-linux-x86-64.so.2"),
                        "needs the loader /no/ld-linux-x86-64.so.2, which is not here: it was built for another glibc"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, I386, 32, LITTLE, "/no/ld-linux.so.2"),
                        "needs the loader /no/ld-linux.so.2, which is not here"),
                Arguments.of(
                        Elves.of(Elves.EXECUTABLE, X86_64, 64, LITTLE, "/nix/store/none/ld.so"),
                        "needs the loader /nix/store/none/ld.so, which is not here: build it on a system like this one"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("elves")
    void aProgramThatThisMachineCannotRunIsRefused(byte[] content, String why) throws Exception {
        assertThat(fault(file("model", content))).startsWith("\"model\" " + why);
    }

    @Test
    void aProgramForThisMachineIsStarted() throws Exception {
        String loader = file("ld-linux-x86-64.so.2", "");

        assertThat(fault(file("static", Elves.program(X86_64)))).isNull();
        assertThat(fault(file("model", Elves.of(Elves.SHARED, X86_64, 64, LITTLE, loader))))
                .isNull();
        assertThat(fault(file("small", Elves.of(Elves.EXECUTABLE, I386, 32, LITTLE, null))))
                .isNull();
        assertThat(inspection("aarch64").fault(List.of(file("arm", Elves.program(ARM64)))))
                .isNull();
        assertThat(inspection("riscv128").fault(List.of(file("other", Elves.program(ARM64)))))
                .isNull();
    }

    @Test
    void aProgramForAnotherMachineIsStartedWhereTheKernelEmulatesThat() throws Exception {
        String model = file("model", Elves.program(ARM64));
        assertThat(fault(model)).isNotNull();
        file("binfmt_misc/status", "enabled\n");
        file("binfmt_misc/qemu-aarch64", "enabled\ninterpreter /usr/bin/qemu\nflags: F\noffset 18\nmagic b700\n");

        assertThat(fault(model)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cffaedfe07000001000000 | is a program for macOS; build it for Linux",
                "feedface00000007 | is a program for macOS",
                "cafebabe0000000201000007 | is a program for macOS",
                "cafebabe0000003d00 | is a class of Java; expected a program for Linux, or a script",
                "4d5a90000300000004 | is a program for Windows; build it for Linux",
                "504b030414000000 | is a zip file (a jar?); start it with what reads it, such as java -jar model",
                "fffe2300210000 | is text in UTF-16; save it as UTF-8",
                "1f8b0800000000 | is compressed by gzip; expected a program for Linux, or a script",
                "213c617263683e0a | is a static library",
                "80049500000000 | is neither a program nor a script; expected a program for Linux",
            })
    void whatIsNoProgramOfLinuxIsToldByItsKind(String hex, String why) throws Exception {
        assertThat(fault(file("model", HexFormat.of().parseHex(hex)))).startsWith("\"model\" " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#!/no/python99\\n | begins with \"#!/no/python99\", and there is no \"/no/python99\" here; install it, or",
                "#!/no/sh -e\\n | begins with \"#!/no/sh -e\", and there is no \"/no/sh\" here; sh is BIN/sh: write"
                        + " #!/usr/bin/env sh, or start it with sh model",
                "#!/bin/sh\\r\\nx | has lines that end as on Windows, in a carriage return, beginning with \"#!/bin/sh\";"
                        + " convert it with dos2unix, and keep Git from converting it back with \"* text eol=lf\" in"
                        + " .gitattributes",
                "#!/usr/bin/env sh\\r\\n | has lines that end as on Windows",
                "#!/usr/bin/env nope\\n | begins with \"#!/usr/bin/env nope\", and \"nope\" is not on the PATH (",
                "#!/usr/bin/env sh -u\\n | begins with \"#!/usr/bin/env sh -u\", where all behind env is one word, with its"
                        + " blanks; write \"#!/usr/bin/env -S sh -u\"",
                "#!/usr/bin/env -S nope -u\\n | begins with \"#!/usr/bin/env -S nope -u\", and \"nope\" is not on the PATH",
                "#!\\n | begins with #!, and no interpreter after it; write for example #!/usr/bin/env python3",
                "#!python3\\n | begins with \"#!python3\", and there is no \"python3\" here",
                "#!/usr\\n | begins with \"#!/usr\", and \"/usr\" can't be executed",
                "#!/etc/passwd\\n | begins with \"#!/etc/passwd\", and \"/etc/passwd\" can't be executed",
                "\\uFEFF#!/bin/sh\\n | has its #! behind a byte order mark, where the kernel does not see it; save it as"
                        + " UTF-8 without BOM",
                "\\n#!/bin/sh\\n | has its #! behind an empty line or a blank",
                "` #!/bin/sh\\n` | has its #! behind an empty line or a blank, where the kernel does not see it; save it with"
                        + " #! as its first two characters",
                "import sys\\n | has no #! line and is no shell script, its first line is \"import sys\"; start it with its",
                "# a comment\\n\\nlibrary(jsonlite)\\n | has no #! line and is no shell script, its first line is \"library",
                "<!DOCTYPE html>\\n | has no #! line and is no shell script, its first line is \"<!DOCTYPE html>\"",
                "version https://git-lfs.github.com/spec/v1\\n | is a pointer of Git LFS, not the file itself; fetch that",
                "`` | is an empty file; expected a program",
            })
    void aScriptThatNothingReadsIsRefused(String content, String why) throws Exception {
        String text = content.replace("\\n", "\n").replace("\\r", "\r").replace("\\uFEFF", "\uFEFF");
        String sh = Stream.of("/usr/bin", "/bin")
                .filter(bin -> Files.isExecutable(Path.of(bin, "sh")))
                .findFirst()
                .orElseThrow();

        assertThat(fault(file("model", text))).startsWith("\"model\" " + why.replace("BIN", sh));
    }

    @ParameterizedTest
    @CsvSource({"py, python3", "R, Rscript", "js, node", "rb, ruby", "pl, perl", "jl, julia"})
    void aScriptWithoutAFirstLineIsStartedWithItsInterpreter(String extension, String interpreter) throws Exception {
        String name = "predict." + extension;

        assertThat(fault(file(name, "print(1)\n")))
                .isEqualTo(
                        "\"" + name + "\" has no #! line; start it with its interpreter: " + interpreter + " " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.sh", "model"})
    void textThatMayBeAShellScriptIsStartedWithAWarning(String name) throws Exception {
        String model = file(name, "while read -r line; do echo '{}'; done\n");

        assertThat(warnings(model))
                .containsExactly("the program \"" + name + "\" has no #! line, so /bin/sh reads it; if that is not its"
                        + " language, start it with its interpreter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#!/bin/sh\n",
                "#! /bin/sh -e\n",
                "#!/usr/bin/env sh\n",
                "#!/usr/bin/env -S sh -u\n",
                "#!/usr/bin/env -i sh\n",
                "#!/usr/bin/env -S LANG=C sh\n",
                "#!/bin/sh",
            })
    void aScriptThatSomethingReadsIsStarted(String content) throws Exception {
        assertThat(warnings(file("model", content))).isEmpty();
    }

    @Test
    void aCarriageReturnThatOnlyTheInterpreterSeesIsAWarning() throws Exception {
        assertThat(warnings(file("model", "#!/bin/sh -e\r\n")))
                .singleElement()
                .asString()
                .startsWith("the program \"model\" has lines that end as on Windows");
    }

    @Test
    void anInterpreterIsLookedAtToo() throws Exception {
        String arm = file("bin/python", Elves.program(ARM64));
        String model = file("model", "#!" + arm + "\n");

        assertThat(fault(model))
                .startsWith(
                        "\"model\" begins with \"#!bin/python\", and its interpreter \"bin/python\" is a program for"
                                + " aarch64, this machine is x86_64");
        // A circle ends where the kernel gives up.
        assertThat(fault(file("loop", "#!" + folder.resolve("loop") + "\n"))).isNull();
    }

    @Test
    void aProgramFromThePathIsShownWithItsPlace() throws Exception {
        file("bin/model", Elves.program(ARM64));

        assertThat(fault("model")).startsWith("\"model\" (bin/model) is a program for aarch64");
    }

    @Test
    void whatIsNotThereIsExplainedAsBefore() {
        assertThat(fault("no-such-program")).startsWith("\"no-such-program\" was not found on the PATH (");
    }

    @Test
    void aFileThatCannotBeReadMayBeExecutedAllTheSame() {
        assertThat(fault("/bin/sh")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "python3 none.py, none.py, python3",
        "python3.11 -u none.py, none.py, python3.11",
        "Rscript --vanilla none.R --x, none.R, Rscript",
        "sh none.sh, none.sh, sh",
    })
    void aScriptThatDoesNotExistIsAWarning(String line, String script, String interpreter) throws Exception {
        List<String> command = new ArrayList<>(List.of(line.split(" ")));

        assertThat(ScriptArgument.warning(command, folder))
                .isEqualTo("\"" + script + "\", which " + interpreter + " is to read, does not exist in the folder "
                        + folder);
        file(script, "");
        assertThat(ScriptArgument.warning(command, folder)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "python3 -m none.py",
                "python3 -c none.py",
                "python3",
                "jq none.py",
                "python3 none",
                "cat none.py"
            })
    void whatMayBeNoScriptIsNotLookedFor(String line) {
        assertThat(ScriptArgument.warning(List.of(line.split(" ")), folder)).isNull();
    }

    @Test
    void aShellDoesNotUnderstandScriptsOfWindows() throws Exception {
        file("run.sh", "echo 1\r\n");
        file("run.py", "print(1)\r\n");

        assertThat(ScriptArgument.warning(List.of("/bin/bash", "run.sh"), folder))
                .isEqualTo(
                        "\"run.sh\" has lines that end as on Windows, in a carriage return, which bash does not understand;"
                                + " convert it with dos2unix");
        assertThat(ScriptArgument.warning(List.of("python3", "run.py"), folder)).isNull();
    }
}
