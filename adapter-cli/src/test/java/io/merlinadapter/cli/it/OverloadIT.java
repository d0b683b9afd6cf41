package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** More callers than the program can answer, who come again as soon as they are refused. */
@Isolated
class OverloadIT {
    private static final String SLOW = "{\"do\":[[\"sleep\",20],[\"answer\",{\"predictions\":[1]}]]}";
    private static final int FEW = 4;
    private static final int MANY = 200;
    private static final Duration ROUND = Duration.ofSeconds(5);

    @Test
    void theProgramServesAsManyAsEverAndWhoIsLetInIsAnsweredInTime() throws Exception {
        try (AdapterProcess adapter =
                AdapterProcess.launch(Path.of("."), Map.of(), List.of("--request-timeout=1s"), Children.scripted())) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            AtomicInteger capacity = new AtomicInteger();
            Callers.during(FEW, ROUND, n -> {
                assertThat(callers.post(SLOW).statusCode()).isEqualTo(200);
                capacity.incrementAndGet();
            });
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            AtomicInteger late = new AtomicInteger();
            Callers.during(MANY, ROUND, n -> {
                HttpResponse<String> answer = callers.post(SLOW);
                switch (answer.statusCode()) {
                    case 200 -> answered.incrementAndGet();
                    case 503 -> {
                        assertThat(answer.headers().firstValueAsLong("Retry-After"))
                                .isPresent();
                        refused.incrementAndGet();
                    }
                    default -> {
                        assertThat(answer.statusCode()).isEqualTo(504);
                        late.incrementAndGet();
                    }
                }
            });
            // Where it was measured alone it was nine tenths and more, and none was late; the callers take their time
            // here.
            assertThat(answered.get()).isGreaterThan(capacity.get() * 6 / 10);
            assertThat(late.get()).isLessThan(answered.get() / 5);
            assertThat(refused.get()).isPositive();
        }
    }
}
