package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.TypeOuterClass;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.Upi.RequestMetadata;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.TestUpiFront.Answered;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictions by gRPC, as a client sees them that follows no library's manners. */
class GrpcPredictTest {
    private static final PredictValuesRequest ONE_ROW = PredictValuesRequest.newBuilder()
            .setPredictionTable(Table.newBuilder()
                    .addColumns(Column.newBuilder().setName("x").setType(TypeOuterClass.Type.TYPE_INTEGER))
                    .addRows(Row.newBuilder()
                            .setRowId("a")
                            .addValues(Value.newBuilder().setIntegerValue(7))))
            .setTargetName("t")
            .setMetadata(RequestMetadata.newBuilder().setPredictionId("p1"))
            .build();

    private final TestUpiFront front = new TestUpiFront();

    @AfterEach
    void stop() {
        TestUpiFront.until(() -> front.budget.used() == 0);
        front.close();
    }

    private static Buffer framed(byte[] message) {
        return Buffer.buffer(GrpcPrefix.before(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "application/grpc+fiber"})
    void aCallOfAnySubtypeIsAnswered(String contentType) throws Exception {
        Answered outcome = front.predict(ONE_ROW.toByteArray(), "content-type", contentType);
        PredictValuesResponse response = PredictValuesResponse.parseFrom(outcome.reply());
        assertThat(response.getMetadata().getPredictionId()).isEqualTo("p1");
        assertThat(response.getTargetName()).isEqualTo("t");
        assertThat(response.getPredictionResultTable().getRows(0).getValues(0).getDoubleValue())
                .isEqualTo(1);
        assertThat(front.ends).containsExactly("UPI_V1 0 SUCCESS");
        assertThat(front.program.calls.get(0).protocol).isEqualTo("UPI_V1");
    }

    @Test
    void theAllowedMetadataReachesTheProgram() {
        front.predict(ONE_ROW.toByteArray(), "turing-req-id", "r1", "authorization", "secret");
        assertThat(front.program.calls.get(0).headers).hasSize(1).containsEntry("turing-req-id", "r1");
    }

    @Test
    void theStatusOfARefusalComesInTrailersBehindHeadersOfItsOwn() {
        Buffer noMessage = Buffer.buffer();
        HttpClientResponse refusal = TestUpiFront.await(front.open(TestUpiFront.PREDICT)
                .compose(request -> request.send(noMessage)
                        .compose(response -> response.end().map(response))));
        assertThat(refusal.statusCode()).isEqualTo(200);
        assertThat(refusal.getHeader("content-type")).isEqualTo("application/grpc");
        assertThat(refusal.headers().names()).noneMatch(name -> name.startsWith("grpc-status"));
        assertThat(refusal.getTrailer("grpc-status")).isEqualTo("3");
    }

    @Test
    void anAnswerHasNoLengthBehindWhichSomeClientsReadNoTrailers() {
        HttpClientResponse answer = TestUpiFront.await(front.open(TestUpiFront.PREDICT)
                .compose(request -> request.send(framed(ONE_ROW.toByteArray()))
                        .compose(response -> response.end().map(response))));
        assertThat(answer.getTrailer("grpc-status")).isEqualTo("0");
        assertThat(answer.getHeader("content-length")).isNull();
    }

    @Test
    void aCallWithoutAMessageIsAnswered() {
        isInvalid(front.call(TestUpiFront.PREDICT, Buffer.buffer()), "has no message");
    }

    @Test
    void aMessageThatBreaksOffIsAnswered() {
        Buffer whole = framed(ONE_ROW.toByteArray());
        isInvalid(front.call(TestUpiFront.PREDICT, whole.getBuffer(0, 4)), "breaks off within its prefix");
        isInvalid(front.call(TestUpiFront.PREDICT, whole.getBuffer(0, 5)), "0 bytes came");
        isInvalid(front.call(TestUpiFront.PREDICT, whole.getBuffer(0, 9)), "4 bytes came");
    }

    @Test
    void twoMessagesAreNotOne() {
        Buffer twice = framed(ONE_ROW.toByteArray()).appendBuffer(framed(ONE_ROW.toByteArray()));
        isInvalid(front.call(TestUpiFront.PREDICT, twice), "expected: one whole message");
    }

    @Test
    void whatIsNoProtobufIsAnInvalidArgument() {
        isInvalid(front.predict(new byte[] {0x0a, 0x7f, 1}), "");
        isInvalid(front.predict(new byte[] {(byte) 0xff, (byte) 0xff}), "");
    }

    private static void isInvalid(Answered outcome, String why) {
        assertThat(outcome.http()).isEqualTo(200);
        assertThat(outcome.status()).isEqualTo("3");
        assertThat(outcome.message()).isNotEmpty().contains(why);
    }

    @Test
    void aCompressedMessageIsInflated() throws Exception {
        Buffer body = compressed(ONE_ROW.toByteArray());
        PredictValuesResponse response = PredictValuesResponse.parseFrom(
                front.call(TestUpiFront.PREDICT, body, "grpc-encoding", "gzip").reply());
        assertThat(response.getMetadata().getPredictionId()).isEqualTo("p1");
        isInvalid(front.call(TestUpiFront.PREDICT, body), "but the call has no grpc-encoding");
        isInvalid(front.call(TestUpiFront.PREDICT, body.copy().setByte(0, (byte) 7)), "flag is 7");
    }

    @Test
    void aCompressedMessageThatUnfoldsBeyondTheLimitIsRefused() throws Exception {
        Answered outcome = front.call(
                TestUpiFront.PREDICT, compressed(new byte[TestUpiFront.MAX_BODY + 1]), "grpc-encoding", "gzip");
        assertThat(outcome.status()).isEqualTo("8");
        assertThat(outcome.message()).contains("--max-body");
    }

    @Test
    void emptyPartsOfGzipWithoutEndAreAnInvalidArgument() throws Exception {
        byte[] part = compressed(new byte[0])
                .getBytes(GrpcPrefix.LENGTH, compressed(new byte[0]).length());
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (int i = 0; i < 40_000; i++) {
            parts.write(part);
        }
        Buffer body = framed(parts.toByteArray()).setByte(0, (byte) 1);
        isInvalid(front.call(TestUpiFront.PREDICT, body, "grpc-encoding", "gzip"), "too many gzip parts in a row");
    }

    private static Buffer compressed(byte[] message) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(message);
        }
        return framed(out.toByteArray()).setByte(0, (byte) 1);
    }

    @Test
    void anUnknownEncodingIsUnimplementedAndTheKnownOnesAreNamed() {
        Answered outcome = front.predict(ONE_ROW.toByteArray(), "grpc-encoding", "snappy");
        assertThat(outcome.status()).isEqualTo("12");
        assertThat(outcome.message()).contains("snappy", "gzip");
    }

    @Test
    void aMessageOverTheLimitIsResourceExhausted() {
        Answered outcome = front.predict(new byte[TestUpiFront.MAX_BODY + 1]);
        assertThat(outcome.status()).isEqualTo("8");
        assertThat(outcome.message()).contains("--max-body sets the limit");
    }

    @ParameterizedTest
    @CsvSource({"500u", "1n", "0m", "20m"})
    void aDeadlineEndsTheCallHoweverShort(String timeout) {
        front.program.holds = true;
        HttpClientRequest request = TestUpiFront.await(front.open(TestUpiFront.PREDICT, "grpc-timeout", timeout));
        Future<Answered> answer = TestUpiFront.listening(request, TestUpiFront::outcome);
        request.setChunked(true).write(framed(ONE_ROW.toByteArray()));
        // Its end never comes: without a timer of the front's it would be waited for for ever.
        Answered outcome = TestUpiFront.await(answer);
        assertThat(outcome.status()).isEqualTo("4");
        assertThat(outcome.message()).isNotEmpty();
        TestUpiFront.await(request.reset(8).otherwiseEmpty());
    }

    @Test
    void aDeadlineEndsACallWhoseMessageWaitsToBeRead() {
        CountDownLatch gate = new CountDownLatch(1);
        for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
            front.vertx.executeBlocking(() -> gate.await(20, TimeUnit.SECONDS), false);
        }
        byte[] large =
                ONE_ROW.toBuilder().setTargetName("t".repeat(100_000)).build().toByteArray();
        try {
            Answered outcome = front.predict(large, "grpc-timeout", "300m");
            assertThat(outcome.status()).isEqualTo("4");
            assertThat(outcome.message()).contains("while the adapter read the request");
            assertThat(front.program.calls).isEmpty();
        } finally {
            gate.countDown();
        }
    }

    @Test
    void theDeadlineIsPassedOnToTheNanosecond() {
        front.predict(ONE_ROW.toByteArray(), "grpc-timeout", "9000001u");
        assertThat(front.program.calls.get(0).deadline.allowed()).isEqualTo(Duration.ofNanos(9_000_001_000L));
    }

    @Test
    void aTimeoutThatMakesNoSenseIsAnInvalidArgument() {
        isInvalid(front.predict(ONE_ROW.toByteArray(), "grpc-timeout", "1s"), "grpc-timeout: 1s");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 3",
        "UNKNOWN_MODEL, 5",
        "TOO_LARGE, 8",
        "OVERLOADED, 14",
        "NOT_READY, 14",
        "DEADLINE, 4",
        "WORKER_LOST, 13",
        "BAD_REPLY, 13",
        "INTERNAL, 13"
    })
    void everyFailureIsAStatusWithAMessage(FailureKind kind, String status) {
        front.program.failure = PredictException.of(kind, "because: ü€ 100 %");
        Answered outcome = front.predict(ONE_ROW.toByteArray());
        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.message()).isEqualTo("because: ü€ 100 %");
        assertThat(front.ends.get(0)).isEqualTo(kind.name());
        assertThat(front.ends.get(1)).startsWith("UPI_V1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 3", "401, 16", "403, 7", "404, 5", "409, 10", "422, 3", "429, 8", "501, 12", "503, 13", "499, 13",
        "500, 13", "418, 13", "504, 4"
    })
    void theProgramsOwnErrorsHaveTheUsualStatus(int http, String status) {
        front.program.failure = PredictException.modelFailed(http, "no");
        assertThat(front.predict(ONE_ROW.toByteArray()).status()).isEqualTo(status);
    }

    @Test
    void aReplyThatIsNoPredictionIsInternalAndTheProgramsFault() {
        front.program.answer = "{\"predictions\":[1,2]}";
        Answered outcome = front.predict(ONE_ROW.toByteArray());
        assertThat(outcome.status()).isEqualTo("13");
        assertThat(outcome.message()).isNotEmpty();
        assertThat(front.program.calls.get(0).judged).containsExactly(false);
    }

    @Test
    void ofAReplyThatMakesAResponseItIsSaidThatItWasGood() {
        front.predict(ONE_ROW.toByteArray());
        assertThat(front.program.calls.get(0).judged).containsExactly(true);
        front.program.failure = PredictException.modelFailed(422, "no");
        front.predict(ONE_ROW.toByteArray());
        assertThat(front.program.calls.get(1).judged).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2, 7, 8, 11})
    void aResetWithAnyCodeCancelsAndHarmsNoOtherCall(long code) throws Exception {
        front.program.holds = true;
        HttpClientRequest leaves = TestUpiFront.await(front.open(TestUpiFront.PREDICT));
        leaves.send(framed(ONE_ROW.toByteArray()));
        TestUpiFront.until(() -> front.program.calls.size() == 1);
        HttpClientRequest stays = TestUpiFront.await(front.open(TestUpiFront.PREDICT));
        Future<Answered> answer = TestUpiFront.listening(stays, TestUpiFront::outcome);
        stays.send(framed(ONE_ROW.toByteArray()));
        TestUpiFront.until(() -> front.program.calls.size() == 2);
        assertThat(stays.connection()).isSameAs(leaves.connection());

        TestUpiFront.await(leaves.reset(code).otherwiseEmpty());
        TestUpiFront.until(() -> front.program.calls.get(0).cancelled);
        front.program.calls.get(0).answerLate("{\"predictions\":[1]}");
        front.program.calls.get(1).answerLate("{\"predictions\":[2]}");
        PredictValuesResponse response =
                PredictValuesResponse.parseFrom(TestUpiFront.await(answer).reply());
        assertThat(response.getPredictionResultTable().getRows(0).getValues(0).getDoubleValue())
                .isEqualTo(2);
    }

    @Test
    void aMethodThatIsNotThereIsUnimplemented() {
        Answered outcome = front.call("/caraml.upi.v1.UniversalPredictionService/Predict", framed(new byte[0]));
        assertThat(outcome.status()).isEqualTo("12");
        assertThat(outcome.message()).contains("/Predict");
    }
}
