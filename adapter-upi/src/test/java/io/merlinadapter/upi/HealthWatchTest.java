package io.merlinadapter.upi;

import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.NOT_SERVING;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVICE_UNKNOWN;
import static io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING;
import static io.merlinadapter.upi.Loops.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.merlinadapter.predict.Health;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers who stay to hear of the health, each on a loop of its own. */
class HealthWatchTest {
    private final Loops loops = new Loops();
    private final Context loop = loops.one;
    private final Context otherLoop = loops.other;
    private final UnwellPredictor predictor = new UnwellPredictor();
    private final HealthService service = new HealthService(predictor, MethodTable.UPI);

    @AfterEach
    void close() {
        loops.close();
    }

    private RecordedCall watch(String name) {
        return new RecordedCall(service::watch)
                .say(HealthCheckRequest.newBuilder().setService(name).build())
                .halfClose();
    }

    private static List<ServingStatus> heard(Context loop, RecordedCall call) {
        return on(
                loop,
                () -> call.read(HealthCheckResponse.parser()).stream()
                        .map(HealthCheckResponse::getStatus)
                        .toList());
    }

    @Test
    void aWatcherHearsAtOnceHowThingsStandAndStays() {
        RecordedCall call = on(loop, () -> watch(""));
        assertThat(heard(loop, call)).containsExactly(NOT_SERVING);
        assertThat(call.status).isNull();
    }

    @Test
    void aChangeIsHeardOnceByEachWatcherOnWhicheverLoop() {
        RecordedCall call = on(loop, () -> watch(""));
        RecordedCall other = on(otherLoop, () -> watch(MethodTable.UPI));
        predictor.health.become(Health.READY);
        assertThat(heard(loop, call)).containsExactly(NOT_SERVING, SERVING);
        assertThat(heard(otherLoop, other)).containsExactly(NOT_SERVING, SERVING);
        predictor.health.become(Health.notReady("the adapter is stopping"));
        assertThat(heard(loop, call)).containsExactly(NOT_SERVING, SERVING, NOT_SERVING);
    }

    @Test
    void anotherReasonForTheSameStatusIsNoNews() {
        RecordedCall call = on(loop, () -> watch(""));
        predictor.health.become(Health.notReady("it starts again"));
        predictor.health.become(Health.dead("it is gone"));
        assertThat(heard(loop, call)).containsExactly(NOT_SERVING);
    }

    @Test
    void whatChangesWhileAWatchBeginsIsHeardOnce() {
        RecordedCall call = on(loop, () -> {
            predictor.health.become(Health.READY);
            RecordedCall begun = watch("");
            predictor.health.become(Health.notReady("it starts again"));
            predictor.health.become(Health.READY);
            return begun;
        });
        assertThat(heard(loop, call)).containsExactly(SERVING);
    }

    @Test
    void aServiceThatIsNotServedIsSaidToBeUnknownAndTheCallStaysOpen() {
        RecordedCall call = on(loop, () -> watch("caraml.upi.v1.Nothing"));
        predictor.health.become(Health.READY);
        assertThat(heard(loop, call)).containsExactly(SERVICE_UNKNOWN);
        assertThat(call.status).isNull();
        on(loop, () -> {
            call.leave();
            return true;
        });
        assertThat(predictor.watchers).hasValue(0);
    }

    @Test
    void whoHasLeftHearsNothingAndIsForgotten() {
        RecordedCall call = on(loop, () -> watch(""));
        assertThat(predictor.watchers).hasValue(1);
        on(loop, () -> {
            predictor.health.become(Health.READY);
            call.leave();
            return true;
        });
        assertThat(predictor.watchers).hasValue(0);
        assertThat(heard(loop, call)).containsExactly(NOT_SERVING);
    }

    @Test
    void whoLeavesBeforeItHasAskedLeavesNothing() {
        on(loop, () -> {
            RecordedCall call = new RecordedCall(service::watch).say(HealthCheckRequest.getDefaultInstance());
            call.leave();
            return call.halfClose();
        });
        assertThat(predictor.watchers).hasValue(0);
    }

    @Test
    void ofAThousandWatchersThatComeAndGoNothingIsLeft() {
        on(loop, () -> {
            List<RecordedCall> calls = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                calls.add(watch(""));
            }
            assertThat(predictor.watchers).hasValue(1000);
            calls.forEach(RecordedCall::leave);
            return true;
        });
        assertThat(predictor.watchers).hasValue(0);
    }
}
