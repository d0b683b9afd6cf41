package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.merlinadapter.cli.it.support.Namespaces;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import io.merlinadapter.cli.it.support.Watch.Sign;
import io.merlinadapter.cli.run.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a channel of its own has beyond stdin and stdout: a way in, which others must not take. */
interface SocketContract extends Supervision {
    @Test
    default void aProgramThatNeverConnectsFailsItsStart() {
        try (Supervised adapter = launch(List.of("--startup-timeout=1s", "--give-up-after=1"), "deaf")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("it has not connected to ADAPTER_SOCKET");
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void aProgramThatConnectsAndDiesAgainAndAgainIsGivenUp() {
        List<String> options = List.of(WARMUP, "--give-up-after=2");
        try (Supervised adapter = launch(options, "connect=0", "stderr=\"device lost\\n\"", "exit=3")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("giving up: 2 starts in a row", "exit code 3", "device lost");
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void aSecondConnectionFailsAndTheFirstGoesOn() {
        try (Supervised adapter = serve(List.of())) {
            Told told = adapter.post(does("['connect_again','a']"));
            told.isTheAnswerTo("a");
            assertThat(told.body()).contains("\"connected\": false");
            adapter.serves("next");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void theWayInIsPrivateAndIsGoneWhenTheProgramHasTakenIt() throws Exception {
        String door;
        try (Supervised adapter = launch(List.of(), "load=1.5", "ignore-term")) {
            // While one program replaces itself with the next, the kernel shows no environment.
            adapter.until(
                    () -> !Processes.variable(adapter.child(), "ADAPTER_SOCKET").isEmpty(), "an environment");
            door = Processes.variable(adapter.child(), "ADAPTER_SOCKET");
            assertThat(Path.of(door)).exists();
            assertThat(Files.getPosixFilePermissions(Path.of(door).getParent()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            adapter.awaitPort();
            assertThat(Path.of(door)).doesNotExist();
            long first = adapter.child();
            adapter.post(does("['exit',1]")).isError(502, "exit code 1");
            adapter.serves("after");
            assertThat(adapter.child()).isNotEqualTo(first);
            assertThat(Processes.variable(adapter.child(), "ADAPTER_SOCKET")).isNotEqualTo(door);
        }
        assertThat(Path.of(door).getParent()).doesNotExist();
    }

    @Test
    default void aStrangerWhoComesFirstIsSentAwayAndTheProgramIsServed() throws Exception {
        List<String> other = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        assumeTrue(
                new ProcessBuilder(other.get(0), other.get(1), "true").start().waitFor() == 0, "this user is one only");
        try (Supervised adapter = serve(List.of(WARMUP), "stranger=" + String.join(" ", other))) {
            adapter.serves("a");
            adapter.logsLike("WARN[^\n]*(nobody|65534)[^\n]* was refused");
            adapter.diedOf("startup", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void halfALineIsNoLine() {
        String half = reply(echo("a")).substring(0, 12);
        try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
            adapter.post(does(write(half), "['exit',3]")).isError(502, "exit code 3");
            adapter.diedOf("exit", 1);
            adapter.logs("worker 0 " + replyStream() + ": " + half);
            assertThat(adapter.failures("bad_reply")).isZero();
            adapter.serves("after");
            adapter.wasUnreadyOnce();
        }
    }

    @Test
    default void aWholeAnswerWithoutTheEndOfItsLineIsNone() {
        try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
            adapter.post(does(write(reply(echo("a"))), "['close_replies',0]", Requests.FOR_EVER))
                    .isError(502, "closed its " + replyStream());
            adapter.serves("after");
        }
    }

    @Test
    default void aFloodOnStdoutIsNothingButALog() {
        try (Supervised adapter = serve(List.of())) {
            String noise = "['stdout_many',['{}\\n',200000]]";
            adapter.post(does(noise, answer("a"))).isTheAnswerTo("a");
            adapter.serves("next");
            adapter.logs("worker 0 stdout: {}");
            adapter.until(() -> adapter.count("adapter_log_lines_dropped_total") > 100_000, "dropped lines");
            assertThat(adapter.output()).hasSizeLessThan(OutputContract.MOST_LOGGED);
            assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aProgramThatClosesItsStdoutGoesOn() {
        try (Supervised adapter = serve(List.of())) {
            adapter.post(does("['close_stdout',0]", answer("a"))).isTheAnswerTo("a");
            adapter.serves("next");
            adapter.diedOf("protocol", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void oneFolderToWriteInIsEnough() throws Exception {
        try (Supervised adapter = launchBehind(Namespaces.readOnly("/run"), List.of())) {
            adapter.awaitPort();
            adapter.serves("a");
        }
    }

    @Test
    default void withNoFolderToWriteInTheStartFailsAndNamesTheOption() throws Exception {
        try (Supervised adapter = launchBehind(Namespaces.readOnly(), List.of("--give-up-after=2"))) {
            assertThat(adapter.process().exitCode()).isNotZero();
            adapter.logs("--socket-dir");
        }
    }
}
