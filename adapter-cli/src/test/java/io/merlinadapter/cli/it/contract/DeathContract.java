package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.tell;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Programs that end, and programs that are ended. */
interface DeathContract extends Supervision {
    /** Long enough for every watch to see that there is nobody. */
    String SLOW_START = "load=0.3";

    @Test
    default void anEndWithCodeZeroWhileIdleIsADeathLikeAnyOther() {
        try (Supervised adapter = serve(List.of(WARMUP), SLOW_START)) {
            adapter.post(does("['exit_later',[300,0]]", answer("last"))).isTheAnswerTo("last");
            adapter.diedOf("exit", 1);
            adapter.wasUnreadyOnce();
            adapter.serves("after");
            assertThat(adapter.starts()).isEqualTo(2);
            adapter.logs("exit code 0");
        }
    }

    @Test
    default void anEndWithCodeZeroInsideARequestFailsThatRequestAtOnce() {
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(WARMUP), SLOW_START)) {
            CompletableFuture<Told> inside = adapter.postAside(does(gate.step(), "['exit',0]"));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            CompletableFuture<Told> behind = adapter.postAside(echo("behind"));
            adapter.until(() -> adapter.count("adapter_queue_depth") == 1, "request that waits");
            gate.open();
            inside.join().isError(502, "exit code 0");
            behind.join().isTheAnswerTo("behind");
            adapter.diedOf("exit", 1);
            adapter.wasUnreadyOnce();
            assertThat(adapter.failures("worker_lost")).isEqualTo(1);
        }
    }

    @Test
    default void aProgramThatDiesOfEveryTwentiethRequestFailsThoseAndNoOther() throws InterruptedException {
        try (Supervised adapter = serve(List.of(), "dies-every=20")) {
            Queue<Told> lost = new ConcurrentLinkedQueue<>();
            Callers.together(8, 70, n -> {
                Told told = adapter.post(echo("t" + n));
                told.isOwn("t" + n);
                if (!told.isAnswer()) {
                    told.isError(502, "exit code 1");
                    lost.add(told);
                }
            });
            int deaths = mostOnALine() == 1 ? 3 : (int) adapter.count("adapter_worker_deaths_total");
            assertThat(deaths).isBetween(2, 3);
            assertThat(lost).hasSizeBetween(deaths, deaths * mostOnALine());
            adapter.diedOf("exit", deaths);
            assertThat(adapter.failures("worker_lost")).isEqualTo(lost.size());
            adapter.wasLiveThroughout();
        }
    }

    @Test
    default void aKillFromOutsideIsNamedAndTheProgramIsReplaced() {
        try (Supervised adapter = serve(List.of(WARMUP), SLOW_START)) {
            CompletableFuture<Told> inside = adapter.postAside(does(tell("it is inside"), FOR_EVER));
            adapter.process().awaitOutput("it is inside");
            long killed = adapter.child();
            Processes.signal(killed, "KILL");
            inside.join().isError(502, "signal 9 (SIGKILL)");
            adapter.diedOf("signal", 1);
            adapter.wasUnreadyOnce();
            assertThat(adapter.post(echo("after")).pid()).isNotEqualTo(killed);
        }
    }

    @Test
    default void aKillWhileIdleIsNobodysFailure() {
        try (Supervised adapter = serve(List.of(WARMUP), SLOW_START)) {
            Processes.signal(adapter.child(), "KILL");
            adapter.diedOf("signal", 1);
            adapter.serves("after");
            adapter.wasUnreadyOnce();
            assertThat(adapter.failures()).isEmpty();
        }
    }

    @Test
    default void answersOfAProgramThatEndsInTheSameBreathAllArrive() throws InterruptedException {
        try (Supervised adapter = serve(List.of())) {
            int callers = tellsWhatIsUnread() && mostOnALine() == 1 ? 4 : 1;
            Callers.together(callers, 5, n -> {
                adapter.post(does(answer("t" + n), "['exit',0]")).isTheAnswerTo("t" + n);
                if (callers == 1) {
                    adapter.until(() -> adapter.count("adapter_worker_deaths_total") == n + 1, "death");
                }
            });
            if (tellsWhatIsUnread()) {
                adapter.diedOf("exit", 5);
            }
            // Over a socket the end of the connection may be seen first, and be taken for the reason.
            adapter.until(() -> adapter.count("adapter_worker_deaths_total") == 5, "five deaths");
            assertThat(adapter.failures()).isEmpty();
            adapter.wasLiveThroughout();
        }
    }

    @Test
    default void aGrandchildThatHoldsTheOutputDelaysNobodyAndIsNotLeftBehind() {
        try (Supervised adapter = serve(List.of())) {
            long before = System.nanoTime();
            adapter.post(does("['orphan',60]", "['exit',1]")).isError(502, "exit code 1");
            adapter.serves("after");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
            adapter.diedOf("exit", 1);
        }
    }

    @Test
    default void aCrashOfTheOnlyWorkerIsSeenByTheCallerInsideAndByNoOther() throws InterruptedException {
        try (Supervised adapter = serve(List.of(WARMUP), "load=0.2")) {
            Callers.together(64, 3000, n -> {
                if (n == 1000) {
                    adapter.post(does("['exit',1]")).isError(502, "exit code 1");
                } else {
                    Told told = adapter.post(echo("t" + n));
                    if (told.isAnswer() || mostOnALine() == 1) {
                        told.isTheAnswerTo("t" + n);
                    } else {
                        told.isError(502, lostTogether());
                    }
                }
            });
            adapter.diedOf("exit", 1);
            assertThat(adapter.count("adapter_failures_total")).isBetween(1L, (long) mostOnALine());
            adapter.wasUnreadyOnce();
        }
    }
}
