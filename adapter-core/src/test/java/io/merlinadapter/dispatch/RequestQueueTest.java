package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.scripted.ManualEventLoop;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestQueueTest {
    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final RequestQueue queue = new RequestQueue();

    /** A queue alone: calls that end leave it. */
    private final Call.Owner owner = new Call.Owner() {
        @Override
        public void again(Call call) {
            queue.addFirst(call);
        }

        @Override
        public void leftWorker() {}

        @Override
        public void answeredIn(long nanos) {}

        @Override
        public long owedInVain() {
            return 0;
        }

        @Override
        public void leftQueue(Call call) {
            queue.left(call);
        }
    };

    private Call call(int bytes) {
        budget.reserve(bytes);
        PredictRequest asked = new PredictRequest(
                new Body(new byte[bytes], 0, bytes, budget, bytes),
                Deadline.after(loop.now(), Duration.ofSeconds(1)),
                "HTTP_JSON",
                Map.of());
        return new Call(owner, loop, AdapterMetrics.NONE, asked, Promise.promise(), false);
    }

    private Call add(int bytes) {
        Call call = call(bytes);
        queue.add(call);
        return call;
    }

    private static void end(Call call) {
        call.end(PredictException.of(FailureKind.DEADLINE, "over"));
    }

    private List<Call> drain() {
        List<Call> order = new ArrayList<>();
        for (Call next = queue.peek(); next != null; next = queue.peek()) {
            queue.remove(next);
            order.add(next);
        }
        return order;
    }

    @Test
    void firstComeFirstServed() {
        List<Call> calls = List.of(add(1), add(2), add(3));
        assertThat(drain()).isEqualTo(calls);
        assertThat(queue.size()).isZero();
    }

    @Test
    void whatHasWaitedBeforeGoesFirst() {
        Call second = add(1);
        Call first = call(1);
        queue.addFirst(first);
        assertThat(drain()).containsExactly(first, second);
    }

    @Test
    void callsAndTheirBytesAreCountedWhileTheyWait() {
        add(10);
        Call second = add(32);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(42);
        end(second);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(10);
    }

    @Test
    void aCallThatEndedWhileItWaitedIsPassedOver() {
        Call first = add(1);
        Call second = add(1);
        Call third = add(1);
        end(first);
        end(second);
        assertThat(queue.peek()).isSameAs(third);
        assertThat(budget.used()).isEqualTo(1);
    }

    @Test
    void callsThatEndedDoNotPileUpBehindOneThatWaits() {
        add(1);
        for (int i = 0; i < 10_000; i++) {
            end(add(1));
        }
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.held()).isLessThan(100);
    }
}
