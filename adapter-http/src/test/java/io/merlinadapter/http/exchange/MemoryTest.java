package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.TestFront;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What callers make the port hold is paid for, and where memory is short honest work waits. */
class MemoryTest {
    private static final int MIB = 1 << 20;

    private static CompletableFuture<HttpResponse<String>> post(TestFront front, byte[] body) {
        return front.client.sendAsync(
                front.request(TestFront.PREDICT)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] json(int size) {
        return ("\"" + "x".repeat(size - 2) + "\"").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Test
    void aBodyPaysForWhatHasComeAndNotForWhatWasAnnounced() throws Exception {
        try (TestFront front = TestFront.start();
                RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{");
            TestFront.until(() -> front.budget.used() > 0);
            assertThat(front.budget.used()).isLessThan(OpenRequests.PRICE + 2048);
        }
    }

    @Test
    void anOpenRequestIsPaidForWithItsHeadersUntilItIsAnswered() throws Exception {
        try (TestFront front = TestFront.start()) {
            front.predictor.holds = true;
            CompletableFuture<HttpResponse<String>> answer = front.client.sendAsync(
                    front.request(TestFront.PREDICT)
                            .header("x-long", "v".repeat(20_000))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(json(300)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            front.heldCall(0);
            assertThat(front.budget.used()).isBetween(40_300L + OpenRequests.PRICE, 43_000L + OpenRequests.PRICE);
            front.heldCall(0).answer("{}");
            assertThat(answer.get().statusCode()).isEqualTo(200);
            front.budgetComesBack();
        }
    }

    @Test
    void moreLargeBodiesThanMemoryIsForAreAllServed() throws Exception {
        try (TestFront front = TestFront.withMemory(8 * MIB)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            front.predictor.answer = body -> ("" + body.length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            // As many may wait, also where all come before the first is granted.
            for (int i = 0; i < 16; i++) {
                answers.add(post(front, json(MIB)));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().body()).isEqualTo("" + MIB);
            }
            front.budgetComesBack();
        }
    }

    @Test
    void aSmallRequestGetsThroughWhileLargeOnesWait() throws Exception {
        try (TestFront front = TestFront.withMemory(4 * MIB)) {
            front.predictor.holds = true;
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(post(front, json(MIB)));
            }
            TestFront.until(front.budget::isShort);
            int held = front.predictor.held.size();
            CompletableFuture<HttpResponse<String>> small = post(front, json(100));
            TestFront.until(() -> front.predictor.held.size() > held
                    && front.predictor.held.stream().anyMatch(call -> call.body().length == 100));
            front.predictor.holds = false;
            front.predictor.held.forEach(call -> call.answer("{}"));
            assertThat(small.get().statusCode()).isEqualTo(200);
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
            front.budgetComesBack();
        }
    }

    @Test
    void whoWaitsForMemoryTillItsDeadlineIsToldSo() throws Exception {
        try (TestFront front = TestFront.with(Duration.ofSeconds(6), MIB, 2 * MIB)) {
            front.predictor.holds = true;
            CompletableFuture<HttpResponse<String>> first = post(front, json(MIB));
            front.heldCall(0);
            HttpResponse<String> second = post(front, json(MIB)).get();
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.body()).contains("no memory for the request body within 6 s", "--memory-budget");
            front.heldCall(0).answer("{}");
            assertThat(first.get().statusCode()).isEqualTo(200);
            front.budgetComesBack();
        }
    }

    @Test
    void whatCanNeverFitIsRefusedWithTheSettingToRaise() throws Exception {
        try (TestFront front = TestFront.withMemory(MIB)) {
            HttpResponse<String> answer = post(front, json(MIB)).get();
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("1048576 bytes", "--memory-budget", "-Xmx");
            front.budgetComesBack();
        }
    }

    @Test
    void aLargeBodyWaitsAlsoWhereThereIsNoRoomForItsBeginning() throws Exception {
        try (TestFront front = TestFront.withMemory(4 * MIB)) {
            front.budget.reserve(4 * MIB - 20_000);
            CompletableFuture<HttpResponse<String>> answer = post(front, json(MIB));
            TestFront.until(front.budget::isShort);
            assertThat(answer).isNotDone();
            front.budget.release(4 * MIB - 20_000);
            assertThat(answer.get().statusCode()).isEqualTo(200);
            front.budgetComesBack();
        }
    }

    @Test
    void slowBodiesMakeRoomForNewRequests() throws Exception {
        try (TestFront front = TestFront.withMemory(200_000)) {
            List<RawCaller> slow = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                RawCaller caller = front.raw();
                slow.add(caller);
                caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{");
            }
            TestFront.until(() -> front.budget.used() > 190_000);
            TestFront.until(() -> {
                try {
                    return front.post(TestFront.PREDICT, "{}").statusCode() == 200;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            for (RawCaller caller : slow) {
                caller.close();
            }
            front.budgetComesBack();
        }
    }
}
