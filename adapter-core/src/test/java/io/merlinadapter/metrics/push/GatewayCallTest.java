package io.merlinadapter.metrics.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.merlinadapter.metrics.push.GatewayCall.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayCallTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final byte[] MORE_THAN_BUFFERS_HOLD = new byte[64 << 20];

    @Test
    void aCallStuckInWritingCanBeCut() throws Exception {
        try (ServerSocket silent = StandIn.silent()) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            GatewayCall call = new GatewayCall("PUT", uri, null, LONG);
            CompletableFuture<IOException> sending = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(IOException.class, () -> call.send("a/b", MORE_THAN_BUFFERS_HOLD)));
            // Accepted means connected, so there is something to be cut.
            silent.accept();
            cutUntilDone(call, sending);
            assertThat(sending.get(30, TimeUnit.SECONDS)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static void cutUntilDone(GatewayCall call, CompletableFuture<?> sending) throws Exception {
        for (int tries = 0; tries < 300 && !sending.isDone(); tries++) {
            call.cut();
            CompletableFuture.anyOf(
                            sending, new CompletableFuture<>().completeOnTimeout(null, 100, TimeUnit.MILLISECONDS))
                    .get();
        }
    }

    @Test
    void anAnswerThatNeverComesEndsAtTheLimit() throws Exception {
        try (ServerSocket silent = StandIn.silent()) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            GatewayCall call = new GatewayCall("PUT", uri, null, Duration.ofMillis(100));
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> call.send("a/b", new byte[] {1}));
        }
    }

    @Test
    void ofALongAnswerOnlyTheBeginningIsRead() throws Exception {
        try (StandIn gateway = new StandIn()) {
            gateway.answers(500, "x".repeat(3_000_000));
            GatewayCall call = new GatewayCall("PUT", URI.create("http://" + gateway.address()), null, LONG);
            Answer answer = call.send("a/b", new byte[] {1});
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).hasSize(1024);
        }
    }
}
