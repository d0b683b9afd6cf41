package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two copies, each with a socket of its own. */
@Timeout(600)
final class LegacyDaemonIT implements LegacyDaemonContract {
    private static LocalModel model;

    @BeforeAll
    static void compileAndServe(@TempDir Path sockets) throws IOException {
        Path program = AdapterProcess.ROOT.resolve("examples/target/legacy-daemon-c/tariffd");
        Files.createDirectories(program.getParent());
        Tools.run(
                ExampleContract.folder(NAME),
                "cc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                "tariffd.c");
        List<String> options = List.of(
                "--channel=connect:unix:" + sockets + "/{worker}.sock",
                "--workers=2",
                "--upi-payload=instances",
                "--warmup=@request.json");
        String listen = "exec \"$0\" \"$1/$ADAPTER_WORKER.sock\"";
        model = LocalModel.serve(NAME, sockets, options, "sh", "-c", listen, program.toString(), sockets.toString());
    }

    @AfterAll
    static void stop() {
        model.close();
    }

    @Override
    public Model model() {
        return model;
    }
}
