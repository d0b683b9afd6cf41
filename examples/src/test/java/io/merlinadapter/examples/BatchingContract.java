package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for examples whose callers share the calls of a library. */
interface BatchingContract extends ExampleContract {
    int CALLERS = 16;

    /** The requests that the program was sent, and the lines that they were on. */
    String REQUESTS = "adapter_batch_size_sum";

    String LINES = "adapter_batch_size_count";

    /** What a caller asks, unlike the others as far as possible; bad if {@code caller % 4 == 3}. */
    String body(int caller);

    /** What waits while the program is at work goes together. */
    @Test
    default void callsReachTheLibraryTogetherAndEachGetsItsOwnAnswer() throws Exception {
        List<String> alone = IntStream.range(0, CALLERS).mapToObj(this::answer).toList();
        assertThat(alone).filteredOn(answer -> answer.startsWith("422")).hasSize(CALLERS / 4);
        assertThat(Set.copyOf(alone)).hasSizeGreaterThan(CALLERS / 2);
        String before = metrics();
        List<Callable<String>> calls = IntStream.range(0, CALLERS)
                .<Callable<String>>mapToObj(caller -> () -> answer(caller))
                .toList();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            long deadline = System.nanoTime() + AdapterProcess.PATIENCE.toNanos();
            do {
                assertThat(System.nanoTime()).as("no batch; %s", model().log()).isLessThan(deadline);
                int caller = 0;
                for (Future<String> answer : callers.invokeAll(calls)) {
                    assertThat(answer.get()).as(body(caller)).isEqualTo(alone.get(caller));
                    caller++;
                }
            } while (grown(REQUESTS, before) == grown(LINES, before));
        } finally {
            callers.shutdownNow();
        }
    }

    private String answer(int caller) {
        HttpResponse<String> answer = model().predict(body(caller));
        return answer.statusCode() + answer.body();
    }

    private double grown(String metric, String before) {
        return value(metric, metrics()) - value(metric, before);
    }

    private String metrics() {
        return model().get(model().http("/metrics")).body();
    }

    private static double value(String metric, String page) {
        return Pattern.compile("(?m)^" + metric + "\\{[^}]*} (\\S+)$")
                .matcher(page)
                .results()
                .mapToDouble(series -> Double.parseDouble(series.group(1)))
                .sum();
    }
}
