package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthListRequest;
import io.grpc.health.v1.HealthListResponse;
import io.merlinadapter.predict.Health;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.Test;

/** What is said of the health to callers who ask once. */
class HealthServiceTest {
    private static final byte[] GARBAGE = {10, 99, 1};

    private final UnwellPredictor predictor = new UnwellPredictor();
    private final HealthService service = new HealthService(predictor, MethodTable.UPI);

    private RecordedCall check(String name) {
        return new RecordedCall(service::check)
                .say(HealthCheckRequest.newBuilder().setService(name).build())
                .halfClose();
    }

    private ServingStatus status(String name) {
        return check(name).answer(HealthCheckResponse.parser()).getStatus();
    }

    @Test
    void theWholeAndTheServiceThatPredictsServeWhenAPredictionWouldBeAnswered() {
        predictor.health.become(Health.READY);
        assertThat(status("")).isEqualTo(ServingStatus.SERVING);
        assertThat(status(MethodTable.UPI)).isEqualTo(ServingStatus.SERVING);
        predictor.health.become(Health.notReady("it loads"));
        assertThat(status("")).isEqualTo(ServingStatus.NOT_SERVING);
        predictor.health.become(Health.dead("it is gone"));
        assertThat(status(MethodTable.UPI)).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aServiceThatIsNotServedIsNotFoundAndTheMessageNamesThoseThatAre() {
        RecordedCall call = check("caraml.upi.v1.Nothing");
        assertThat(call.status).isEqualTo(GrpcStatus.NOT_FOUND);
        assertThat(call.why).contains("\"caraml.upi.v1.Nothing\"", MethodTable.UPI);
        assertThat(call.sent).isEmpty();
    }

    @Test
    void aRefusalRepeatsNoMoreOfANameThanAHeaderHolds() {
        assertThat(check("x".repeat(100_000)).why).hasSizeLessThan(300);
    }

    @Test
    void theListHasThemAll() {
        predictor.health.become(Health.READY);
        HealthListResponse list = new RecordedCall(service::list)
                .say(HealthListRequest.getDefaultInstance())
                .halfClose()
                .answer(HealthListResponse.parser());
        HealthCheckResponse serving = HealthCheckResponse.newBuilder()
                .setStatus(ServingStatus.SERVING)
                .build();
        assertThat(list.getStatusesMap())
                .containsOnlyKeys("", MethodTable.UPI)
                .containsValue(serving)
                .doesNotContainValue(HealthCheckResponse.getDefaultInstance());
    }

    @Test
    void anEmptyMessageAsksForTheWhole() {
        RecordedCall call = new RecordedCall(service::check).say(new byte[0]);
        assertThat(call.sent)
                .as("sent before the caller had said that it was all")
                .isEmpty();
        assertThat(call.halfClose().answer(HealthCheckResponse.parser()).getStatus())
                .isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void aCallWithoutAMessageIsToldWhatWasExpected() {
        for (GrpcCall.Method method : new GrpcCall.Method[] {service::check, service::list, service::watch}) {
            RecordedCall call = new RecordedCall(method).halfClose();
            assertThat(call.status).isEqualTo(GrpcStatus.INTERNAL);
            assertThat(call.why).contains("without a message (expected: one");
        }
    }

    @Test
    void aSecondMessageEndsTheCallAndIsAnsweredOnce() {
        RecordedCall call = new RecordedCall(service::check)
                .say(new byte[0])
                .say(new byte[0])
                .say(GARBAGE)
                .halfClose();
        assertThat(call.status).isEqualTo(GrpcStatus.INTERNAL);
        assertThat(call.why).contains("a second message");
        assertThat(call.sent).isEmpty();
    }

    @Test
    void aMessageThatCannotBeReadIsTheCallersFault() {
        for (GrpcCall.Method method : new GrpcCall.Method[] {service::check, service::list, service::watch}) {
            RecordedCall call = new RecordedCall(method).say(GARBAGE).halfClose();
            assertThat(call.status).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
            assertThat(call.sent).isEmpty();
        }
    }

    @Test
    void whoHasLeftIsNotAnswered() {
        RecordedCall call = new RecordedCall(service::check).say(new byte[0]);
        call.leave();
        call.halfClose();
        assertThat(call.sent).isEmpty();
        assertThat(call.status).isNull();
    }
}
