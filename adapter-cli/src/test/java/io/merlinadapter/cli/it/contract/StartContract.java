package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.KeptConnection;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import io.merlinadapter.cli.it.support.Watch.Sign;
import io.merlinadapter.cli.run.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that don't get as far as to serve, or not for long. */
interface StartContract extends Supervision {
    @Test
    default void aProgramThatFailsToImportIsGivenUpWithItsLastWords() {
        List<String> options = List.of(WARMUP, "--back-off-max=0.2s");
        try (Supervised adapter = launch(options, "stderr=\"No module named model\\n\"", "exit=1")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.watch().was(Sign.TCP, "refused");
            adapter.logs("giving up: 5 starts in a row", "exit code 1");
            assertThat(adapter.output())
                    .containsPattern(
                            " ERROR giving up: .*No module named model\n  its last words on stderr:\n.*\n    No module named model\n")
                    .containsOnlyOnce("its last words on stderr");
        }
    }

    @Test
    default void aProgramThatIsNeverReadyIsDescribed() {
        List<String> options = List.of("--warmup={}", "--startup-timeout=4s");
        String words = "write=\"" + earlyWords().replace("\"", "\\\"") + "\\n\"";
        try (Supervised adapter = launch(options, words, "stderr=\"loading\\n\"", "deaf")) {
            adapter.process().awaitOutput("worker 0: TERMINATING");
            int whispered = Told.WHISPER.length() + "\n".length() + "loading\n".length();
            adapter.logs(earlyWords());
            assertThat(adapter.output())
                    .containsPattern(
                            "TERMINATING[^\n]* written " + (earlyWords().length() + 1) + " bytes to its "
                                    + replyStream() + " and " + whispered + " to its stderr")
                    .containsPattern("TERMINATING[^\n]* it is alive");
            adapter.watch().was(Sign.TCP, "refused");
            assertThat(adapter.stop()).isZero();
        }
    }

    @Test
    default void aProgramThatIsReadyAndThenDiesAgainAndAgainIsGivenUp(@TempDir Path folder) throws IOException {
        Path termination = Files.createFile(folder.resolve("termination-log"));
        List<String> options = List.of("--settle=0s", "--back-off-max=0.2s", "--termination-log=" + termination);
        try (Supervised adapter = launch(options, "stderr=\"device lost\\n\"", "exit_later=[300,7]")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("giving up: 5 starts in a row", "exit code 7", "device lost");
            assertThat(Files.readString(termination))
                    .contains("5 starts in a row")
                    .contains("exit code 7")
                    .contains("device lost");
        }
    }

    @Test
    default void withNobodyReadyForAWhileThePortClosesAndOpensAgain(@TempDir Path folder) throws Exception {
        List<String> options = List.of(WARMUP, "--unready-grace=1s", "--back-off-max=0.5s");
        String again = "if-again=" + folder.resolve("started");
        try (Supervised adapter = serve(options, again, "load=4");
                KeptConnection kept = KeptConnection.to(adapter.process())) {
            assertThat(kept.post(echo("first"))).startsWith("HTTP/1.1 200 ");
            Processes.signal(adapter.child(), "KILL");
            adapter.until(() -> adapter.watch().is(Sign.TCP, "refused"), "closed port");
            String meanwhile = kept.post(echo("meanwhile"));
            assertThat(meanwhile).startsWith("HTTP/1.1 503 ").containsIgnoringCase("\r\nretry-after: ");
            adapter.until(() -> adapter.watch().is(Sign.READY, "200"), "readiness");
            adapter.serves("after");
            adapter.watch().was(Sign.TCP, "open", "refused", "open");
            adapter.watch().was(Sign.READY, "200", "503", "200");
            adapter.watch().was(Sign.LIVE, "200");
            adapter.diedOf("signal", 1);
        }
    }
}
