package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When programs as people write them are ready, with nothing but a look at them. */
class ReadyIT {
    private static final String PYTHON = """
            import sys
            for line in sys.stdin: print('{}', flush=True)
            """;
    /** For Debian's Python, which is the one that has Debian's pandas. */
    private static final String PANDAS = "import numpy, pandas\n" + PYTHON;

    private static final String NODE =
            "require('readline').createInterface({input: process.stdin}).on('line', () => console.log('{}'))";
    private static final String GO = """
            package main
            import ("bufio"; "fmt"; "os")
            func main() { s := bufio.NewScanner(os.Stdin); for s.Scan() { fmt.Println("{}") } }
            """;
    private static final String C = """
            #include <stdio.h>
            int main(void) { char b[99]; setlinebuf(stdout); while (fgets(b, 99, stdin)) puts("{}"); return 0; }
            """;
    private static final String JAVA = """
            public class P {
                public static void main(String[] a) throws Exception {
                    var in = new java.io.BufferedReader(new java.io.InputStreamReader(System.in));
                    while (in.readLine() != null) System.out.println("{}");
                }
            }
            """;
    private static final String ASYNCIO = """
            import asyncio, sys
            async def main():
                reader = asyncio.StreamReader()
                protocol = lambda: asyncio.StreamReaderProtocol(reader)
                await asyncio.get_running_loop().connect_read_pipe(protocol, sys.stdin)
                while await reader.readline(): print('{}', flush=True)
            asyncio.run(main())
            """;
    private static final String MISSING = "import a_module_that_is_missing\n";
    private static final String NETWORK = """
            import socket
            server = socket.create_server(('127.0.0.1', 0))
            server.settimeout(1)
            try: server.accept()
            except TimeoutError: pass
            """ + MISSING;

    @TempDir
    private Path folder;

    private final CoreHarness.Options options = new CoreHarness.Options();

    /** A program, and the files that it is made of, by name. */
    private record Program(String name, List<String> command, Map<String, String> files) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Program of(String name, String... command) {
        return new Program(name, List.of(command), Map.of());
    }

    private static Stream<Program> thatRead() {
        return Stream.of(
                of("Python", "python3", "-c", PYTHON),
                of("Python with pandas", "/usr/bin/python3", "-c", PANDAS),
                of("R", "Rscript", "-e", "i <- file('stdin'); open(i); while (length(readLines(i, 1))) cat('{}\n')"),
                of("Node that reads synchronously", "node", "-e", "require('fs').readSync(0, Buffer.alloc(9))"),
                new Program("Java", List.of("java", "P.java"), Map.of("P.java", JAVA)),
                new Program("Go", List.of("sh", "-c", "go build -o p p.go && exec ./p"), Map.of("p.go", GO)),
                new Program("C", List.of("sh", "-c", "cc -o p p.c && exec ./p"), Map.of("p.c", C)),
                of("jq", "jq", "--unbuffered", "-c", "{}"),
                of("Ruby", "ruby", "-e", "STDIN.each_line { puts '{}' }"),
                of("Perl", "perl", "-ne", "print qq({}\n)"),
                of("awk", "awk", "{print \"{}\"; fflush()}"),
                of("a poll of stdin alone", "python3", "-c", "import select, sys; select.select([sys.stdin], [], [])"),
                of("a shell that waits for Python", "sh", "-c", "python3 -c \"$0\"; true", PYTHON),
                of("a shell that becomes Python", "sh", "-c", "exec python3 -c \"$0\"", PYTHON),
                new Program(
                        "a script that waits for pandas",
                        List.of("bash", "run.sh"),
                        Map.of("run.sh", "/usr/bin/python3 predict.py\n", "predict.py", PANDAS)));
    }

    private List<String> in(Program program) throws IOException {
        for (Map.Entry<String, String> file : program.files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", folder.toString()));
        command.addAll(program.command);
        return command;
    }

    /** Serves until it is given up, and returns how often it was ready. */
    private double timesReady() {
        options.giveUpAfter = 1;
        try (CoreHarness rig = options.start()) {
            rig.await(rig.pool.gaveUp());
            return rig.metric("adapter_worker_start_seconds_count");
        }
    }

    @ParameterizedTest
    @MethodSource("thatRead")
    void aProgramThatReadsIsReadyWithoutBeingIdleBefore(Program program) throws IOException {
        options.command = in(program);
        options.settle = Duration.ofHours(1);
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.dispatcher.health().ready()).isTrue();
        }
    }

    private static Stream<Arguments> thatWatch() {
        return Stream.of(
                Arguments.of(of("Node", "node", "-e", NODE)), Arguments.of(of("asyncio", "python3", "-c", ASYNCIO)));
    }

    @ParameterizedTest
    @MethodSource("thatWatch")
    void anEventLoopIsReadyOnceItWaitsForInputAndIsIdle(Program program) throws IOException {
        options.command = in(program);
        options.settle = Duration.ofMillis(200);
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{}")).isEqualTo("{}");
        }
    }

    private static Stream<Program> thatFailLate() {
        return Stream.of(
                of("sleep", "python3", "-c", "import time\ntime.sleep(3)\n" + MISSING + PYTHON),
                of("a shell that sleeps", "sh", "-c", "sleep 1; python3 -c \"$0\"", MISSING),
                of(
                        "a wait for another thread",
                        "python3",
                        "-c",
                        "import threading\nthreading.Event().wait(1)\n" + MISSING),
                of("a wait for the network", "python3", "-c", NETWORK),
                of("a timer of Node", "node", "-e", "setTimeout(() => require('missing'), 1000)"),
                of("pandas", "/usr/bin/python3", "-c", "import pandas\n" + MISSING));
    }

    @ParameterizedTest
    @MethodSource("thatFailLate")
    void aProgramThatFailsLateIsNeverReady(Program program) throws IOException {
        options.command = in(program);
        options.settle = Duration.ofMillis(100);
        assertThat(timesReady()).isZero();
    }

    @Test
    void aProgramThatComputesBeforeItReadsIsNotReadyBefore() throws IOException {
        options.command = in(of("", "python3", "-c", "import time\nwhile time.process_time() < 3: pass\n" + PYTHON));
        options.settle = Duration.ofMillis(100);
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.metric("adapter_worker_start_seconds_sum")).isGreaterThan(3);
            assertThat(rig.answer("{}")).isEqualTo("{}");
        }
    }

    @Test
    void onABusyMachineLoadingIsNotTakenForIdleness() throws IOException {
        List<Process> load = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                load.add(new ProcessBuilder("timeout", "120", "sh", "-c", "while :; do :; done").start());
            }
            options.settle = Duration.ofMillis(100);
            options.command =
                    in(of("", "/usr/bin/python3", "-c", "import time\ntime.sleep(1)\nimport pandas\n" + MISSING));
            assertThat(timesReady()).isZero();
            options.command = in(of("", "sh", "-c", "/usr/bin/python3 -c \"$0\"; true", PANDAS));
            options.giveUpAfter = 5;
            options.settle = Duration.ofHours(1);
            try (CoreHarness rig = options.serve()) {
                assertThat(rig.dispatcher.health().ready()).isTrue();
            }
        } finally {
            load.forEach(Process::destroy);
        }
    }
}
