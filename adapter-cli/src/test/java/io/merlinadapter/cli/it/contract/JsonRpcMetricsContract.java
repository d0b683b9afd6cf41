package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What programs count and measure themselves. */
interface JsonRpcMetricsContract extends Supervision {
    /** Tells which workers have worked. */
    String BUSY = notice("\"name\":\"busy\",\"type\":\"gauge\",\"value\":1");

    /** What a program says of itself; given as the members of one metric. */
    private static String notice(String members) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":[{" + members + "}]}\n";
    }

    private static String counts(int hits) {
        return write(notice("\"name\":\"hits\",\"type\":\"counter\",\"value\":" + hits));
    }

    private static void awaitReady(Supervised adapter, int workers) {
        adapter.until(() -> adapter.count("adapter_workers_ready") == workers, workers + " ready workers");
    }

    @Test
    default void whatIsCountedAddsUpOverWorkersAndSurvivesThem() {
        try (Supervised adapter = serve(List.of("--workers=3", WARMUP), "concurrency=4")) {
            awaitReady(adapter, 3);
            long hits = hit(adapter, 30);
            for (int worker = 0; worker < 3; worker++) {
                assertThat(adapter.count("busy", "worker=\"" + worker + '"')).isEqualTo(1);
            }
            assertThat(adapter.count("hits_total")).isEqualTo(hits);
            Processes.signal(adapter.children().get(1), "KILL");
            adapter.diedOf("signal", 1);
            assertThat(adapter.count("hits_total")).isEqualTo(hits);
            adapter.until(() -> adapter.starts() == 4, "a successor");
            awaitReady(adapter, 3);
            hits += hit(adapter, 30);
            assertThat(adapter.count("hits_total")).isEqualTo(hits);
            // The last words of one that dies in the middle count as well.
            adapter.post(does(counts(1000), "['signal','SIGKILL']")).isError(502, "signal 9");
            long all = hits + 1000;
            adapter.until(() -> adapter.count("hits_total") == all, "the last words");
        }
    }

    /** Has all workers count at once; what they have said with their answers that they have counted. */
    private static long hit(Supervised adapter, int requests) {
        List<CompletableFuture<Told>> calls = new ArrayList<>();
        for (int i = 1; i <= requests; i++) {
            calls.add(adapter.postAside(does(counts(i), write(BUSY), "['answer',{'counted':" + i + "}]")));
        }
        return calls.stream()
                .map(CompletableFuture::join)
                .filter(Told::isAnswer)
                .mapToLong(told -> Long.parseLong(told.body().replaceAll("\\D", "")))
                .sum();
    }

    @Test
    default void whatIsMeasuredIsEachWorkersOwnAndGoesWithIt() {
        try (Supervised adapter = serve(List.of("--workers=3", WARMUP), "concurrency=4")) {
            awaitReady(adapter, 3);
            for (int i = 1; i <= 3; i++) {
                String gauge = notice("\"name\":\"level\",\"type\":\"gauge\",\"value\":" + i);
                adapter.post(does(write(gauge), answer("a"))).isTheAnswerTo("a");
            }
            long all = 0;
            for (int worker = 0; worker < 3; worker++) {
                long level = adapter.count("level", "worker=\"" + worker + '"');
                assertThat(level).isBetween(1L, 3L);
                all += level;
            }
            assertThat(all).isEqualTo(6);
            long gone = adapter.count("level", "worker=\"1\"");
            Processes.signal(adapter.children().get(1), "KILL");
            adapter.diedOf("signal", 1);
            assertThat(adapter.process().metrics()).doesNotContainPattern("level\\{[^}]*worker=\"1\"");
            assertThat(adapter.count("level")).isEqualTo(6 - gone);
        }
    }

    @Test
    default void aHistogramIsOneOfPrometheus() {
        try (Supervised adapter = serve(List.of(), "concurrency=4")) {
            String members = "\"name\":\"score\",\"type\":\"histogram\",\"value\":%s,\"buckets\":[0.5,1],"
                    + "\"labels\":{\"zone\":\"caf\u00e9\"},\"help\":\"how sure it is\"";
            adapter.post(does(
                            write(notice(members.formatted("0.25"))),
                            write(notice(members.formatted("0.5"))),
                            write(notice(members.formatted("8"))),
                            answer("a")))
                    .isTheAnswerTo("a");
            String labels = "{model_name=\"model\",model_version=\"1\",zone=\"caf\u00e9\"";
            assertThat(adapter.process().metrics())
                    .contains("# HELP score how sure it is\n# TYPE score histogram\n")
                    .contains("\nscore_bucket" + labels + ",le=\"0.5\"} 2\n")
                    .contains("\nscore_bucket" + labels + ",le=\"+Inf\"} 3\n")
                    .contains("\nscore_count" + labels + "} 3\n")
                    .contains("\nscore_sum" + labels + "} 8.75\n");
        }
    }

    @Test
    default void aBadMetricIsCountedAndExplainedOnceAndHurtsNothing() {
        try (Supervised adapter = serve(List.of(), "concurrency=4")) {
            String bad = write(notice("\"name\":\"hits\",\"type\":\"counter\",\"value\":NaN"));
            String ours = write(notice("\"name\":\"adapter_requests\",\"type\":\"counter\",\"value\":1"));
            for (int i = 0; i < 20; i++) {
                adapter.post(does(bad, ours, counts(1), answer("a"))).isTheAnswerTo("a");
            }
            assertThat(adapter.count("hits_total")).isEqualTo(20);
            assertThat(adapter.count("adapter_child_metrics_dropped_total", "reason=\"invalid\""))
                    .isEqualTo(20);
            assertThat(adapter.count("adapter_child_metrics_dropped_total", "reason=\"clash\""))
                    .isEqualTo(20);
            assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
            assertThat(adapter.output())
                    .containsOnlyOnce("the program's metric \"hits\" was dropped: its \"value\" is NaN")
                    .containsOnlyOnce("the program's metric \"adapter_requests\" was dropped: its name begins with");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aHundredThousandSeriesCostNoMoreThanThereMayBe() {
        try (Supervised adapter = serve(List.of("--child-series=500"), "concurrency=4")) {
            String line = notice("\"name\":\"hits\",\"type\":\"counter\",\"value\":1,\"labels\":{\"id\":\"$N\"}");
            String many =
                    write(line).replace("[\"write\",", "[\"write_each\",[").replaceAll("]$", ",100000]]");
            adapter.post(does(many, answer("a"))).isTheAnswerTo("a");
            assertThat(adapter.process().metrics().lines().filter(shown -> shown.startsWith("hits_total{")))
                    .hasSize(500);
            assertThat(adapter.count("adapter_child_metrics_dropped_total", "reason=\"series\""))
                    .isEqualTo(99_500);
            assertThat(adapter.output()).containsOnlyOnce("--child-series=500)");
            adapter.post(echo("next")).isTheAnswerTo("next");
            adapter.wasReadyThroughout();
        }
    }
}
