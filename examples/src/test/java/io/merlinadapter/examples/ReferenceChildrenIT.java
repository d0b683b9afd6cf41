package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Serves the programs that docs/protocol.md prints, over each channel. */
@Timeout(600)
class ReferenceChildrenIT {
    private static final List<String> CHANNELS = List.of("stdio", "socket");
    private static final int CALLERS = 24;
    private static final String RIDES = "{\"instances\":[{\"km\":2},{\"km\":12}]}";
    private static final String SLOW = "{\"instances\":[{\"km\":2}],\"delay_ms\":60000}";

    static Stream<Arguments> all() {
        return overEachChannel(List.of(ReferenceChild.values()));
    }

    static Stream<Arguments> concurrent() {
        return overEachChannel(ReferenceChild.concurrent());
    }

    static Stream<Arguments> batching() {
        return overEachChannel(ReferenceChild.batching());
    }

    private static Stream<Arguments> overEachChannel(List<ReferenceChild> children) {
        return children.stream().flatMap(child -> CHANNELS.stream().map(channel -> Arguments.of(child, channel)));
    }

    private static Served serve(ReferenceChild child, String channel, String... options) {
        var all = Stream.concat(Stream.of("--format=jsonrpc", "--channel=" + channel), Stream.of(options));
        return Served.start(ReferenceChild.FOLDER, all.toList(), child.command());
    }

    private static void assertPredicts(Served served) {
        HttpResponse<String> response = served.predict(RIDES);
        assertThat(response.statusCode()).as(served.adapter().output()).isEqualTo(200);
        assertThat(response.body().replace(" ", "")).isEqualTo("{\"predictions\":[11,41]}");
    }

    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("all")
    void itPredictsAndRefusesAndEndsWithItsInput(ReferenceChild child, String channel) {
        try (Served served = serve(child, channel)) {
            assertPredicts(served);
            assertThat(served.predict("{\"instances\":3}").statusCode()).isEqualTo(400);
            assertThat(served.predict("{\"instances\":[{\"km\":1},{\"miles\":2}]}"))
                    .satisfies(refusal -> assertThat(refusal.statusCode()).isEqualTo(422))
                    .satisfies(refusal -> assertThat(refusal.body()).contains("instances[1]: km must be a number"));
            // They stand in texts as they are, and cut no line.
            assertThat(served.predict("{\"instances\":[],\"note\":\"\u2028 \u2029 \u0085\"}")
                            .statusCode())
                    .as(served.adapter().output())
                    .isEqualTo(200);
            served.adapter().terminate();
            assertThat(served.adapter().exitCode()).isZero();
            assertThat(served.adapter().output()).contains("worker 0: DEAD, it ended with exit code 0");
        }
    }

    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("concurrent")
    void aQuickCallOvertakesASlowOneAndACallerWhoLeavesMakesRoom(ReferenceChild child, String channel)
            throws Exception {
        try (Served served = serve(child, channel, "--max-in-flight=2");
                Socket slow = served.call(SLOW)) {
            served.awaitInFlight(1);
            assertPredicts(served);
            Socket leaver = served.call(SLOW);
            served.awaitInFlight(2);
            leaver.close();
            assertPredicts(served);
            assertThat(slow.getInputStream().available())
                    .as("bytes of the slow answer")
                    .isZero();
        }
    }

    /** One line at a time: who asks meanwhile waits, and those who wait go together. */
    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("batching")
    void ofABatchEachCallerGetsTheOwnAnswerOrTheOwnError(ReferenceChild child, String channel) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Served served = serve(child, channel, "--max-in-flight=1")) {
            long deadline = System.nanoTime() + AdapterProcess.PATIENCE.toNanos();
            int asked = 0;
            do {
                assertThat(System.nanoTime())
                        .as("no batch: %s", served.adapter().output())
                        .isLessThan(deadline);
                callTogether(served, callers);
                asked += CALLERS;
            } while (served.value("adapter_batch_size_count") == asked);
            assertThat(served.value("adapter_batch_size_sum")).isEqualTo(asked);
            assertThat(served.value("adapter_unusable_lines_total")).isZero();
            assertThat(served.adapter().output()).doesNotContain("answered before", "worker 0 std");
        } finally {
            callers.shutdownNow();
        }
    }

    private static void callTogether(Served served, ExecutorService callers) throws Exception {
        List<Callable<HttpResponse<String>>> calls = IntStream.range(0, CALLERS)
                .<Callable<HttpResponse<String>>>mapToObj(i -> () -> served.predict(rides(i)))
                .toList();
        int i = 0;
        for (Future<HttpResponse<String>> call : callers.invokeAll(calls)) {
            String body = call.get().body().replace(" ", "");
            assertThat(call.get().statusCode() + body).as(rides(i)).startsWith(answer(i));
            i++;
        }
    }

    /** What caller {@code i} asks: each fourth asks for what is refused. */
    private static String rides(int i) {
        return switch (i % 8) {
            case 3 -> "{\"instances\":" + i + "}";
            case 7 -> "{\"instances\":[{\"km\":1},{\"miles\":" + i + "}]}";
            default -> "{\"instances\":[{\"km\":" + i + "},{\"km\":" + (i + 100) + "}]}";
        };
    }

    private static String answer(int i) {
        return switch (i % 8) {
            case 3 -> "400{\"error\":\"thebodymustbe{";
            case 7 -> "422{\"error\":\"instances[1]:kmmustbeanumber\"}";
            default -> "200{\"predictions\":[" + (5 + 3 * i) + "," + (305 + 3 * i) + "]}";
        };
    }
}
