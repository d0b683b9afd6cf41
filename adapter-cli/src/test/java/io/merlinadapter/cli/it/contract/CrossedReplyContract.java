package io.merlinadapter.cli.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.CrossedLoad;
import io.merlinadapter.cli.it.support.Footprint;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many callers at a time over HTTP/1.1 and HTTP/2, of whom some leave in the middle, and children that answer in any order
 * after a random while: everybody gets the own answer, once, and nothing is left over. {@code -Dsoak.requests} and
 * {@code -Dsoak.seed} set the number of requests and repeat a run.
 */
interface CrossedReplyContract extends Supervision {
    int WORKERS = 2;
    /** Of the mebibytes of --memory-budget, what a body and its reply hold at a time, leaving next to nothing. */
    int HALF_THE_BUDGET = 15 << 20;

    @Override
    default String javaOptions() {
        return "";
    }

    @Test
    default void thousandsOfAnswersUnderLoadAreEachTheirCallersOwn() throws Exception {
        crossed(8_000);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    default void aMillionAnswersUnderLoadAreEachTheirCallersOwn() throws Exception {
        crossed(Long.getLong("soak.requests", 1_000_000));
    }

    private void crossed(long requests) throws Exception {
        long seed = Long.getLong("soak.seed", System.nanoTime());
        System.out.println("soak.seed=" + seed);
        List<String> options = List.of("--workers=" + WORKERS);
        try (Supervised adapter =
                        launchProgram(List.of(), options, "crossed", List.of("concurrency=" + concurrency()));
                CrossedLoad load = new CrossedLoad(adapter.process().port(), this, seed)) {
            adapter.awaitPort();
            adapter.process().awaitReady(WORKERS);
            load.run(requests / 10);
            awaitCalm(adapter);
            Footprint first = Footprint.of(adapter);
            load.run(requests - requests / 10);
            awaitCalm(adapter);
            Footprint last = Footprint.of(adapter);
            System.out.println(load.tally() + "; " + first + " -> " + last);
            load.tally().checkAgainst(adapter);
            last.checkNotAbove(first);
            checkTogether(adapter);
            checkCapacity(adapter);
            checkBudget(adapter);
            assertThat(adapter.starts()).isEqualTo(WORKERS);
            adapter.wasReadyThroughout();
        }
    }

    private static void awaitCalm(Supervised adapter) {
        adapter.until(() -> adapter.count("adapter_in_flight") == 0, "child that owes nothing");
        assertThat(adapter.count("adapter_queue_depth")).isZero();
        assertThat(adapter.count("adapter_queue_bytes")).isZero();
    }

    /** Where several may go together, most did. */
    private void checkTogether(Supervised adapter) {
        if (mostOnALine() > 1) {
            double each = (double) adapter.count("adapter_batch_size_sum") / adapter.count("adapter_batch_size_count");
            System.out.println("requests on a line: " + each);
            assertThat(each).isBetween(1.5, (double) mostOnALine());
        }
    }

    /** Every place in every child can still be taken. */
    private void checkCapacity(Supervised adapter) {
        int places = WORKERS * concurrency();
        List<CompletableFuture<Told>> held = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            held.add(adapter.postAside("{\"token\":\"t" + i + "\",\"hold\":1000}"));
        }
        adapter.until(() -> adapter.count("adapter_in_flight") == places, places + " requests inside");
        for (int i = 0; i < places; i++) {
            held.get(i).join().isTheAnswerTo("t" + i);
        }
    }

    /** Nobody has kept any of the memory that all requests share. */
    private static void checkBudget(Supervised adapter) {
        String padding = "x".repeat(HALF_THE_BUDGET);
        adapter.post("{\"token\":\"large\",\"padding\":\"" + padding + "\"}").isTheAnswerTo("large");
    }
}
