package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Letters and bytes on their way to programs, under any locale that the adapter is started with. */
@SideBySide
class LocaleIT {
    private static final String ASKED = "{\"a\": \"héllo 日\"}";

    /** Tells bytes, as what a program reads may be what Python repairs. */
    private static final String PYTHON = """
            import json, os, sys
            told = {"args": [os.fsencode(arg).hex() for arg in sys.argv], "value": os.environb[b"VALUE"].hex(),
                    "LC_ALL": os.environ.get("LC_ALL"), "LC_CTYPE": os.environ.get("LC_CTYPE")}
            for line in sys.stdin:
                print(json.dumps(told | json.loads(line), ensure_ascii=False), flush=True)
            """;

    /** Cuts by letters, so that it has to know them. */
    private static final String R = """
            input <- file("stdin", "r")
            while (length(line <- readLines(input, n = 1)) > 0) {
              a <- sub('.*"a": *"(.*)".*', "\\\\1", line)
              cat('{"a":"', substr(a, 1, 7), '","arg":"', commandArgs(TRUE)[1], '"}\\n', sep = "")
              flush(stdout())
            }
            """;

    private static final String JAVA = """
            import java.io.*;
            public class Echo {
                public static void main(String[] args) throws IOException {
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
                    for (String line = in.readLine(); line != null; line = in.readLine()) {
                        System.out.println(line.replace("}", ",\\"arg\\":\\"" + args[0] + "\\"}"));
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    /** What the adapter is started with; what a program gets of it. */
    static Stream<Arguments> locales() {
        return Stream.of(
                Arguments.of(Map.of(), null, "C.UTF-8"),
                Arguments.of(Map.of("LC_CTYPE", "POSIX"), null, "C.UTF-8"),
                Arguments.of(Map.of("LC_ALL", "C"), "C", null),
                Arguments.of(Map.of("LC_ALL", "xx_XX.UTF-8"), "C.UTF-8", null),
                Arguments.of(Map.of("LANG", "C.UTF-8"), null, null));
    }

    /** Started by a shell, as this Java could not pass on all these bytes either. */
    private AdapterProcess start(Map<String, String> locale, String command) {
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""));
        environment.putAll(locale);
        // Else Python sets LC_CTYPE itself.
        environment.put("PYTHONCOERCECLOCALE", "0");
        List<String> unset = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                unset.add(name);
            }
        });
        String script = (unset.isEmpty() ? "" : "unset " + String.join(" ", unset) + "; ")
                + "export VALUE=$(printf 'v\\351'); " + command;
        AdapterProcess adapter = AdapterProcess.start(
                folder,
                environment,
                AdapterProcess.freePort(),
                List.of(
                        "/bin/sh",
                        "-c",
                        script,
                        AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString()));
        adapter.awaitPort();
        return adapter;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("locales")
    void aProgramGetsAllBytesAndALocaleThatHasThem(Map<String, String> locale, String all, String letters)
            throws IOException {
        Files.writeString(folder.resolve("echo.py"), PYTHON);
        String command = "mv echo.py \"$(printf 'h\\303\\251.py')\"; exec \"$0\" --warmup='" + ASKED
                + "' -- python3 \"$(printf 'h\\303\\251.py')\" \"$(printf 'caf\\303\\251')\" \"$(printf 'caf\\351')\"";

        try (AdapterProcess adapter = start(locale, command)) {
            assertThat(new Callers(adapter).post(ASKED).body())
                    .isEqualTo(
                            "{\"args\": [\"68c3a92e7079\", \"636166c3a9\", \"636166e9\"], \"value\": \"76e9\", \"LC_ALL\": "
                                    + quoted(all) + ", \"LC_CTYPE\": " + quoted(letters) + ", \"a\": \"héllo 日\"}");
        }
    }

    private static String quoted(String value) {
        return value == null ? "null" : '"' + value + '"';
    }

    @Test
    void theVariableForTheCommandKeepsItsBytesToo() throws IOException {
        Files.writeString(folder.resolve("echo.py"), PYTHON);
        String command = "export ADAPTER_COMMAND=\"python3 echo.py '$(printf 'caf\\303\\251 \\351')'\"; exec \"$0\"";

        try (AdapterProcess adapter = start(Map.of("LC_ALL", "C"), command)) {
            assertThat(new Callers(adapter).post("{}").body()).contains("\"636166c3a920e9\"");
        }
    }

    @ParameterizedTest
    @MethodSource("readers")
    void programsThatGoByTheLocaleReadAndWriteLetters(Map<String, String> locale, String program) throws Exception {
        Files.writeString(folder.resolve("echo.R"), R);
        Files.writeString(folder.resolve("Echo.java"), JAVA);
        Path java = Path.of(System.getProperty("java.home"), "bin");
        Tools.run(folder, java.resolve("javac").toString(), "Echo.java");

        try (AdapterProcess adapter = start(
                locale,
                "exec \"$0\" -- " + program.replace("JAVA", java.resolve("java").toString())
                        + " \"$(printf 'caf\\303\\251')\"")) {
            assertThat(new Callers(adapter).post(ASKED).body().replace("\": ", "\":"))
                    .isEqualTo("{\"a\":\"héllo 日\",\"arg\":\"café\"}");
        }
    }

    static Stream<Arguments> readers() {
        String java = "JAVA -XX:TieredStopAtLevel=1 -cp . Echo";
        return Stream.of(
                Arguments.of(Map.of(), "Rscript echo.R"),
                Arguments.of(Map.of(), java),
                Arguments.of(Map.of("LANG", "xx_XX.UTF-8"), java));
    }
}
