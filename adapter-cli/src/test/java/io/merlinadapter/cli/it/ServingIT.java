package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The whole command under load and under fire, with real children and real sockets. */
@Isolated
@Timeout(600)
class ServingIT {
    private static final Path HERE = Path.of(".");
    private static final Pattern PID = Pattern.compile("\"pid\":(\\d+)");
    private static final int CALLERS = 64;

    private static AdapterProcess serve(List<String> options, String... childArguments) {
        AdapterProcess adapter = AdapterProcess.launch(HERE, Map.of(), options, Children.scripted(childArguments));
        adapter.awaitPort();
        return adapter;
    }

    private static long pid(String answer) {
        Matcher matcher = PID.matcher(answer);
        assertThat(matcher.find()).as(answer).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void tenThousandRequestsOverSixtyFourConnectionsEachGetTheirOwnAnswer() throws Exception {
        try (AdapterProcess adapter = serve(List.of("--workers=2"))) {
            Callers callers = new Callers(adapter);
            Set<Long> pids = ConcurrentHashMap.newKeySet();
            Callers.together(CALLERS, 10_000, n -> {
                HttpResponse<String> answer = callers.post("{\"token\":\"t" + n + "\"}");
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).startsWith("{\"token\":\"t" + n + "\",");
                pids.add(pid(answer.body()));
            });
            assertThat(pids).hasSize(2);
        }
    }

    @Test
    void aChildThatNowAndThenSaysTooMuchUnderLoadIsFoundOutAndReplaced() throws Exception {
        try (AdapterProcess adapter =
                serve(List.of("--give-up-after=0"), "stray-after=2000", "stray={\"token\":\"stray\"}")) {
            Callers callers = new Callers(adapter);
            Map<Long, Long> firstCrossed = new ConcurrentHashMap<>();
            Map<Long, Long> lastCrossed = new ConcurrentHashMap<>();
            Callers.together(CALLERS, 6_000, n -> {
                HttpResponse<String> answer = callers.post("{\"token\":\"t" + n + "\"}");
                assertThat(answer.statusCode()).isIn(200, 502);
                if (answer.statusCode() == 200
                        && answer.body().contains("\"pid\"")
                        && !answer.body().contains("\"t" + n + "\"")) {
                    long worker = pid(answer.body());
                    firstCrossed.putIfAbsent(worker, System.nanoTime());
                    lastCrossed.put(worker, System.nanoTime());
                }
            });
            adapter.logs("an answer to its stdout that no request was waiting for");
            firstCrossed.forEach((worker, first) -> assertThat(Duration.ofNanos(lastCrossed.get(worker) - first))
                    // It is a tenth of a second where the machine has nothing else to do.
                    .isLessThan(Duration.ofSeconds(10)));
            adapter.logsLike("worker 0: DEAD(?s:.*)worker 0: READY");
        }
    }

    @Test
    void aStrayObjectThatLooksLikeNoReplyReachesNobodyUnderLoad() throws Exception {
        try (AdapterProcess adapter = serve(List.of("--give-up-after=0"), "stray-after=2000")) {
            Callers callers = new Callers(adapter);
            AtomicInteger ambiguous = new AtomicInteger();
            Callers.together(CALLERS, 6_000, n -> {
                HttpResponse<String> answer = callers.post("{\"token\":\"t" + n + "\"}");
                if (answer.statusCode() == 200) {
                    assertThat(answer.body()).startsWith("{\"token\":\"t" + n + "\",");
                } else {
                    assertThat(answer.statusCode()).isEqualTo(502);
                    assertThat(answer.body()).contains("it can't be told which of them is the reply");
                    ambiguous.incrementAndGet();
                }
            });
            assertThat(ambiguous.get()).isBetween(1, 3);
        }
    }

    @Test
    void killingAChildUnderLoadYieldsOnlyGoodAnswersAndBadGateways() throws Exception {
        try (AdapterProcess adapter = serve(List.of("--workers=2"))) {
            Callers callers = new Callers(adapter);
            AtomicInteger good = new AtomicInteger();
            AtomicInteger lost = new AtomicInteger();
            Callers.together(CALLERS, 6_000, n -> {
                HttpResponse<String> answer = callers.post("{\"token\":\"t" + n + "\"}");
                if (answer.statusCode() == 200) {
                    assertThat(answer.body()).startsWith("{\"token\":\"t" + n + "\",");
                    good.incrementAndGet();
                } else {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
                    assertThat(answer.body()).contains("signal 9 (SIGKILL)");
                    lost.incrementAndGet();
                }
                if (n % 2000 == 1000 && answer.statusCode() == 200) {
                    ProcessHandle.of(pid(answer.body())).ifPresent(ProcessHandle::destroyForcibly);
                }
            });
            assertThat(good.get() + lost.get()).isEqualTo(6_000);
            assertThat(lost.get()).isLessThanOrEqualTo(3);
            assertThat(callers.post("{}").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void thePortOpensWhenTheProgramHasAnsweredTheWarmUp() {
        List<String> options = List.of("--warmup={\"token\": \"warm\"}");
        long started = System.nanoTime();
        try (AdapterProcess adapter = AdapterProcess.launch(HERE, Map.of(), options, Children.scripted("load=5"))) {
            while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(5)) {
                assertThat(adapter.acceptsConnections()).isFalse();
                assertThat(adapter.endsWithin(Duration.ofMillis(50))).isFalse();
            }
            adapter.awaitPort();
            HttpResponse<String> first = new Callers(adapter).post("{\"token\":\"first\"}");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).contains("\"first\"");
        }
    }

    @Test
    void whatHostileCallersSendHarmsNobody() throws Exception {
        try (AdapterProcess adapter = serve(List.of("--max-body=1MiB"))) {
            Callers callers = new Callers(adapter);
            for (String bad : List.of("", "{", "{\"a\":}", "nope", "{} {}", "[".repeat(10_000) + "]".repeat(10_000))) {
                HttpResponse<String> answer = callers.post(bad);
                assertThat(answer.statusCode()).as(bad).isEqualTo(400);
                assertThat(answer.body()).startsWith("{\"error\":\"").contains("one JSON value");
            }
            assertThat(raw(adapter, post(5), new byte[] {'"', (byte) 0xc3, 'x', '"', ' '}))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("UTF-8");
            assertThat(raw(adapter, post(100_000_000), new byte[100_000_000])).startsWith("HTTP/1.1 413 ");
            assertThat(raw(adapter, "GET / HTTP/1.1\r\nhost: a\r\n" + "x-flood: 12345678901234567890\r\n".repeat(9000)))
                    .startsWith("HTTP/1.1 431 ");
            for (int i = 0; i < 50; i++) {
                leaveHalfWay(adapter);
            }
            assertThat(callers.post("{\"token\":1}").statusCode()).isEqualTo(200);
            assertThat(adapter.output()).doesNotContain(" ERROR ").doesNotContain("Exception");
        }
    }

    private static String post(int length) {
        return "POST /v1/models/model-1:predict HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: " + length
                + "\r\n\r\n";
    }

    private static void leaveHalfWay(AdapterProcess adapter) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), adapter.port())) {
            socket.getOutputStream().write((post(100) + "{\"a\":").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    /** Writes all there is, whether or not the other side wants it, and reads the answer. */
    private static String raw(AdapterProcess adapter, String head, byte... body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), adapter.port())) {
            OutputStream out = socket.getOutputStream();
            try {
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                if (body.length == 0) {
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException closedByPeer) {
                // The answer may be there all the same.
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
