package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.run.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the adapter itself lacks for a while: open files, threads, its port. */
@SideBySide
class ShortageIT {
    private static final Pattern STARTED = Pattern.compile("worker 0: started as process (\\d+)");
    /** Of nobody's, so that no process but the adapter's counts; each test run has its own. */
    private static final int FIRST_USER = 61_000;

    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path folder;

    private static void killChild(AdapterProcess adapter) {
        Matcher matcher = STARTED.matcher(adapter.output());
        assertThat(matcher.find()).isTrue();
        ProcessHandle.of(Long.parseLong(matcher.group(1))).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static void limitFiles(AdapterProcess adapter, long soft) throws Exception {
        List<String> command = List.of("prlimit", "--pid=" + adapter.pid(), "--nofile=" + soft + ":");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static long openFiles(AdapterProcess adapter) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + adapter.pid() + "/fd"))) {
            return files.count();
        }
    }

    @Test
    void anAdapterThatMayOpenNoMoreFilesTriesAgainUntilItMay() throws Exception {
        List<String> options = List.of("--give-up-after=2", "--back-off=50ms", "--back-off-max=100ms");
        try (AdapterProcess adapter = AdapterProcess.launch(Path.of("."), Map.of(), options, Children.scripted())) {
            adapter.awaitPort();
            long files = openFiles(adapter);
            limitFiles(adapter, files - 3);
            killChild(adapter);
            adapter.logs("the adapter may open no more files; raise its limit of open files (ulimit -n)");
            adapter.logsLike("(?s)(error=24.*){4}");
            assertThat(adapter.output()).doesNotContain("giving up").containsOnlyOnce("(ulimit -n)");
            limitFiles(adapter, files + 100);
            adapter.awaitReady(1);
            assertThat(new Callers(adapter).post("{\"token\":1}").body()).startsWith("{\"token\":1,");
        }
    }

    @Test
    void aPortThatSomebodyHasTakenWhileItWasShutIsTriedAgain() throws Exception {
        Path gate = Files.createFile(folder.resolve("gate"));
        List<String> child = new ArrayList<>(List.of("sh", "-c", "[ -e " + gate + " ] || exit 3; exec \"$@\"", "sh"));
        child.addAll(Children.scripted());
        List<String> options = List.of("--unready-grace=200ms", "--back-off-max=150ms", "--settle=50ms");
        try (AdapterProcess adapter = AdapterProcess.launch(Path.of("."), Map.of(), options, child)) {
            adapter.awaitPort();
            Files.delete(gate);
            killChild(adapter);
            adapter.logs("adapter: SHUT");
            adapter.until(() -> !adapter.acceptsConnections(), "closed port");
            try (ServerSocket taken = new ServerSocket(adapter.port(), 1, InetAddress.getLoopbackAddress())) {
                Files.createFile(gate);
                adapter.logs("port " + taken.getLocalPort() + " on ", "it is tried again every 1 s");
            }
            adapter.logs("the port is open again");
            assertThat(new Callers(adapter).post("{\"token\":1}").body()).startsWith("{\"token\":1,");
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
        }
    }

    /** From the first thread of its own to all but the last of a worker's. */
    @ParameterizedTest
    @ValueSource(ints = {15, 19, 22, 25, 27})
    void anAdapterWithoutThreadsEndsOrHearsItsSignal(int tasks) throws Exception {
        int user = FIRST_USER + tasks;
        String command = AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString();
        List<String> asUser = List.of(
                "setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "prlimit", "--nproc=" + tasks);
        assumeTrue(
                runs(asUser, command, "--version"), "only root may become somebody else, who may read this checkout");
        List<String> words = new ArrayList<>(asUser);
        words.addAll(List.of(command, "--workers=2", "--", "/bin/cat"));
        try (AdapterProcess adapter = AdapterProcess.start(Path.of("/"), Map.of(), AdapterProcess.freePort(), words)) {
            String decided =
                    "(?s)no thread can be made|could not make a thread|it can't be started now|serving HTTP_JSON";
            adapter.logsLike(decided);
            adapter.terminate();
            // A signal that comes before it is listened to, or while it ends, ends the process as the system does.
            assertThat(adapter.exitCode()).isIn(ExitCode.OK.code(), ExitCode.MEMORY.code(), ENDED_BY_SIGTERM);
        }
    }

    private static boolean runs(List<String> prefix, String... words) throws Exception {
        // Java needs more than the adapter's own threads to begin with.
        List<String> command = new ArrayList<>(prefix.subList(0, prefix.size() - 2));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
