package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Serves the programs that docs/protocol.md prints, over each channel. */
@Timeout(600)
class ReferenceChildrenIT {
    private static final List<String> CHANNELS = List.of("stdio", "socket");
    private static final String RIDES = "{\"instances\":[{\"km\":2},{\"km\":12}]}";
    private static final String SLOW = "{\"instances\":[{\"km\":2}],\"delay_ms\":60000}";

    static Stream<Arguments> all() {
        return overEachChannel(List.of(ReferenceChild.values()));
    }

    static Stream<Arguments> concurrent() {
        return overEachChannel(ReferenceChild.concurrent());
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
}
