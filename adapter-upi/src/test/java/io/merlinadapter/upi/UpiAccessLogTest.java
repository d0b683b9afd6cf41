package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import caraml.upi.v1.Upi.RequestMetadata;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.http.exchange.AccessLog;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.upi.TestUpiFront.Answered;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What the access log says of predictions by UPI_V1. */
@Isolated("the log is everybody's")
class UpiAccessLogTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TestUpiFront front = new TestUpiFront();

    @BeforeEach
    void listen() {
        front.program.answer = "{\"predictions\":[]}";
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        TestUpiFront.until(() -> front.budget.used() == 0);
        front.close();
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static byte[] request(String id) {
        return PredictValuesRequest.newBuilder()
                .setMetadata(RequestMetadata.newBuilder().setPredictionId(id))
                .build()
                .toByteArray();
    }

    private JsonObject line() {
        TestUpiFront.until(() -> !List.copyOf(log.list).isEmpty());
        assertThat(log.list).hasSize(1);
        return new JsonObject(log.list.get(0).getFormattedMessage());
    }

    @Test
    void aCallHasItsMethodItsStatusOfGrpcAndItsIds() {
        front.program.course = new Timings(1_000, 2_000, 4, 1);
        byte[] message = request("p1");
        Answered answered = front.predict(message, "traceparent", TRACE, "turing-req-id", "t1");

        JsonObject line = line();
        assertThat(line.fieldNames()).doesNotContain("method", "path");
        assertThat(line.getString("protocol")).isEqualTo("UPI_V1");
        assertThat(line.getString("grpc_method")).isEqualTo("caraml.upi.v1.UniversalPredictionService/PredictValues");
        assertThat(line.getString("http_version")).isEqualTo("2");
        assertThat(line.getInteger("status")).isZero();
        assertThat(line.getString("outcome")).isEqualTo("success");
        assertThat(line.getInteger("worker")).isEqualTo(4);
        assertThat(line.getInteger("request_bytes")).isEqualTo(GrpcPrefix.LENGTH + message.length);
        assertThat(line.getInteger("response_bytes")).isEqualTo(answered.body().length());
        assertThat(line.getString("prediction_id")).isEqualTo("p1");
        assertThat(line.getString("traceparent")).isEqualTo(TRACE);
        assertThat(line.getString("turing_req_id")).isEqualTo("t1");
    }

    @Test
    void theIdThatWasMadeForACallIsTheOneThatItsCallerGets() throws Exception {
        Answered answered = front.predict(new byte[0]);

        assertThat(line().getString("prediction_id"))
                .isNotEmpty()
                .isEqualTo(PredictValuesResponse.parseFrom(answered.reply())
                        .getMetadata()
                        .getPredictionId());
    }

    @Test
    void aFailureHasItsIdToo() {
        front.program.failure = PredictException.of(FailureKind.WORKER_LOST, "gone");
        front.predict(request("p1"));

        JsonObject line = line();
        assertThat(line.getInteger("status")).isEqualTo(13);
        assertThat(line.getString("kind")).isEqualTo("worker_lost");
        assertThat(line.getString("prediction_id")).isEqualTo("p1");
        assertThat(line.getInteger("response_bytes")).isZero();
    }

    @Test
    void whatIsNoMessageHasNoId() {
        front.predict(new byte[] {(byte) 0xff});

        JsonObject line = line();
        assertThat(line.getInteger("status")).isEqualTo(3);
        assertThat(line.fieldNames()).doesNotContain("prediction_id");
    }

    @Test
    void aLongIdIsCut() {
        front.predict(request("p".repeat(5_000)));

        assertThat(line().getString("prediction_id")).isEqualTo("p".repeat(128));
    }

    @Test
    void aCallerWhoResetsTheStreamHasALineWithoutAStatus() {
        front.program.holds = true;
        HttpClientRequest leaves = TestUpiFront.await(front.open(TestUpiFront.PREDICT));
        leaves.send(Buffer.buffer(GrpcPrefix.before(request("p1"))));
        TestUpiFront.until(() -> front.program.calls.size() == 1);
        TestUpiFront.await(leaves.reset(8).otherwiseEmpty());
        TestUpiFront.until(() -> front.program.calls.get(0).cancelled);
        front.program.calls.get(0).answerLate("{\"predictions\":[]}");

        JsonObject line = line();
        assertThat(line.getString("outcome")).isEqualTo("cancelled");
        assertThat(line.fieldNames()).doesNotContain("status", "kind");
        assertThat(line.getString("prediction_id")).isEqualTo("p1");
    }

    @Test
    void theSameMessagesAsJsonHaveStatusesOfHttp() throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(front.uri("/v1/predict"))
                                .POST(BodyPublishers.ofString("{\"metadata\":{\"predictionId\":\"p1\"}}"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);

        JsonObject line = line();
        assertThat(line.getString("protocol")).isEqualTo("UPI_V1");
        assertThat(line.getString("path")).isEqualTo("/v1/predict");
        assertThat(line.getInteger("status")).isEqualTo(200);
        assertThat(line.getString("prediction_id")).isEqualTo("p1");
    }
}
