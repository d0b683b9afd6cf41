package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.RawHttp2.Answer;
import io.merlinadapter.http.TestFront;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever sends much at once, and whoever comes with many, waits for the others; nothing of it is lost. */
class TurnsTest {
    private static final int MANY = 4 * AcceptGate.MOST_ENTERING;
    private static final int STREAMS = 200;
    private static final int FRAMES = 4_000;

    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
        assertThat(front.connections.used()).isZero();
    }

    @Test
    void whatComesInOneGoIsHandledWhollyAndInOrder() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1);
            caller.together(() -> {
                for (int i = 0; i < STREAMS; i++) {
                    caller.post(3 + 2 * i, "{\"n\":" + i + "}");
                    caller.frame(6, 0, 0, new byte[8]);
                }
            });
            for (int i = 0; i < STREAMS; i++) {
                assertThat(caller.answer(3 + 2 * i)).isEqualTo(new Answer(200, "{\"n\":" + i + "}"));
            }
            assertThat(caller.hasGoAway()).isFalse();
        }
    }

    @Test
    void aCallBehindThousandsOfSmallFramesIsAnswered() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.together(() -> {
                for (int i = 0; i < FRAMES; i++) {
                    caller.windowUpdate(0, 1);
                }
                caller.post(1, "{}");
            });
            assertThat(caller.answer(1)).isEqualTo(new Answer(200, "{}"));
        }
    }

    @Test
    void whoClosesTheSendingSideBehindManyRequestsIsAnsweredEachOfThem() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1);
            caller.together(() -> {
                for (int i = 0; i < STREAMS; i++) {
                    caller.post(3 + 2 * i, "{\"n\":" + i + "}");
                }
            });
            caller.endOfInput();
            for (int i = 0; i < STREAMS; i++) {
                assertThat(caller.answer(3 + 2 * i)).isEqualTo(new Answer(200, "{\"n\":" + i + "}"));
            }
        }
    }

    @Test
    void whoLeavesBeforeItsTurnLeavesNothingBehind() throws Exception {
        for (int n = 0; n < 20; n++) {
            RawHttp2 caller = new RawHttp2(front.port());
            caller.resetsWhenClosed(true);
            caller.together(() -> {
                for (int i = 0; i < STREAMS; i++) {
                    caller.post(1 + 2 * i, "{}");
                }
            });
            caller.close();
        }
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            assertThat(caller.post(1, "{}").answer(1)).isEqualTo(new Answer(200, "{}"));
        }
    }

    @Test
    void manyWhoComeAtOnceAreAllLetIn() throws Exception {
        List<RawCaller> callers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            callers.add(front.raw());
        }
        for (int i = MANY - 1; i >= 0; i--) {
            assertThat(callers.get(i).get("/").response()).startsWith("HTTP/1.1 200 ");
        }
        for (RawCaller caller : callers) {
            caller.close();
        }
    }

    @Test
    void thoseWhoComeAndGoTakeNobodysPlace() throws IOException {
        for (int i = 0; i < MANY; i++) {
            front.raw().close();
        }
        try (RawCaller caller = front.raw()) {
            assertThat(caller.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
    }
}
