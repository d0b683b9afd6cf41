package io.merlinadapter.upi.table;

import static caraml.upi.v1.TypeOuterClass.Type.TYPE_DOUBLE;
import static caraml.upi.v1.TypeOuterClass.Type.TYPE_STRING;
import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryTest {
    private static final int ROWS = 1000;
    private static final int COLUMNS = 500;

    private static PredictValuesRequest large() {
        Table.Builder table = Table.newBuilder().setName("large");
        for (int i = 0; i < COLUMNS; i++) {
            table.addColumns(Messages.column("c" + i, TYPE_DOUBLE));
        }
        for (int r = 0; r < ROWS; r++) {
            Row.Builder row = Row.newBuilder().setRowId("row" + r);
            for (int i = 0; i < COLUMNS; i++) {
                row.addValues(Messages.real(r * 31.25 + i / 8.0));
            }
            table.addRows(row);
        }
        return PredictValuesRequest.newBuilder().setPredictionTable(table).build();
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void largeTableGoesThereAndBackWithinTheBudget(PayloadKind kind) throws InvalidProtocolBufferException {
        PredictValuesRequest asked = large();
        Messages messages = new Messages(kind, 64L << 20, Messages.MAX, Messages.MAX);
        UpiRequest request = messages.payload().readProto(messages.body(asked.toByteArray()));
        String told = new String(Messages.bytes(request.takeBody()), StandardCharsets.UTF_8);
        String echo = told.replaceFirst("prediction_table", "prediction_result_table")
                .replaceFirst("instances", "predictions");
        Body answer = messages.payload().writeProto(request, messages.body(echo), false);
        Table result = PredictValuesResponse.parseFrom(Messages.bytes(answer)).getPredictionResultTable();
        assertThat(result.getRowsList()).isEqualTo(asked.getPredictionTable().getRowsList());
        request.release();
        assertThat(messages.budget().used()).isZero();
    }

    private static void translate(Messages messages, PredictValuesRequest request) {
        UpiRequest read = messages.payload().readProto(messages.body(request.toByteArray()));
        read.takeBody().release();
        read.release();
    }

    @ParameterizedTest
    @EnumSource
    void requestThatFindsNoMemoryMayComeBack(PayloadKind kind) {
        int others = 100_000;
        PredictValuesRequest request = Messages.ofRows("x".repeat(5000));
        for (int memory = 300; memory < 20_000; memory += 600) {
            Messages messages = new Messages(kind, others + memory, Messages.MAX, Messages.MAX);
            messages.budget().reserve(others);
            PredictException failure =
                    Assertions.catchThrowableOfType(PredictException.class, () -> translate(messages, request));
            if (failure != null) {
                assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
                assertThat(failure.retryAfterSeconds()).isEqualTo(1);
                assertThat(failure.reason()).contains("of " + (others + memory) + " bytes are in use (--memory-budget");
            }
            assertThat(messages.budget().used()).isEqualTo(others);
        }
    }

    @ParameterizedTest
    @EnumSource
    void requestThatAloneNeedsMoreThanThereEverIsNeedNotComeBack(PayloadKind kind) {
        PredictValuesRequest request = Messages.ofRows("x".repeat(5000));
        int refused = 0;
        for (int memory = request.getSerializedSize(); memory < 20_000; memory += 600) {
            Messages messages = new Messages(kind, memory, Messages.MAX, Messages.MAX);
            PredictException failure =
                    Assertions.catchThrowableOfType(PredictException.class, () -> translate(messages, request));
            if (failure != null) {
                refused++;
                assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
                assertThat(failure.retryAfterSeconds()).isZero();
                assertThat(failure.reason()).contains("the " + memory + " bytes of --memory-budget");
            }
            assertThat(messages.budget().used()).isZero();
        }
        assertThat(refused).isPositive();
    }

    @Test
    void replyThatFindsNoMemoryNamesTheSetting() {
        Messages messages = new Messages(PayloadKind.INSTANCES, 8000, Messages.MAX, Messages.MAX);
        String reply = "{\"predictions\":[\"" + "x".repeat(5000) + "\"]}";
        assertThat(messages.unusable(Messages.ofRows("a"), reply)).contains("8000 bytes of --memory-budget; raise it");
    }

    @Test
    void requestThatIsTooLongForTheProgramNamesTheSetting() {
        Messages messages = new Messages(PayloadKind.INSTANCES, 1 << 20, 60, Messages.MAX);
        PredictValuesRequest.Builder request = PredictValuesRequest.newBuilder();
        request.getPredictionTableBuilder()
                .addColumns(Messages.column("a", TYPE_STRING))
                .addRows(Messages.row("1", Messages.text("x".repeat(60 - "{\"instances\":[[\"\"]]}".length()))));
        assertThat(messages.told(request.build())).hasSize(60);
        request.getPredictionTableBuilder().getRowsBuilder(0).setValues(0, Messages.text("x".repeat(42)));
        assertThat(Messages.failed(FailureKind.TOO_LARGE, () -> messages.told(request.build())))
                .contains("more than 60 bytes", "--max-body");
    }

    @ParameterizedTest
    @EnumSource
    void responseThatIsTooLongNamesTheSetting(PayloadKind kind) {
        Messages messages = new Messages(kind, 1 << 20, Messages.MAX, 100);
        String text = "x".repeat(100);
        String reply = "{\"predictions\":[\"" + text
                + "\"],\"prediction_result_table\":{\"columns\":[\"y\"],\"data\":[[\"" + text + "\"]]}}";
        assertThat(messages.unusable(Messages.ofRows("a"), reply)).contains("more than 100 bytes", "--max-reply");
    }

    @Test
    void frameSaysHowLongTheMessageIs() throws InvalidProtocolBufferException {
        Messages messages = Messages.of(PayloadKind.INSTANCES);
        UpiRequest request =
                messages.payload().readProto(messages.body(Messages.ofRows("a").toByteArray()));
        byte[] framed =
                Messages.bytes(messages.payload().writeProto(request, messages.body("{\"predictions\":[1]}"), true));
        request.release();
        assertThat(framed[0]).isZero();
        assertThat(ByteBuffer.wrap(framed, 1, 4).getInt()).isEqualTo(framed.length - 5);
        assertThat(PredictValuesResponse.parseFrom(Arrays.copyOfRange(framed, 5, framed.length))
                        .getPredictionResultTable()
                        .getRowsCount())
                .isEqualTo(1);
        assertThat(messages.budget().used()).isZero();
    }

    @Test
    void whoDoesNotTakeTheBodyReleasesItWithTheRest() {
        Messages messages = Messages.of(PayloadKind.TABLE);
        UpiRequest request =
                messages.payload().readProto(messages.body(Messages.ofRows("a").toByteArray()));
        assertThat(messages.budget().used()).isPositive();
        request.release();
        request.release();
        assertThat(messages.budget().used()).isZero();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void manyEqualIdsAndKeysInTheWorstOrderAreNotSlow() {
        Messages messages = Messages.of(PayloadKind.INSTANCES);
        StringBuilder there = new StringBuilder();
        StringBuilder back = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            there.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
            back.append(i == 0 ? "" : ",").append("\"k").append(99_999 - i).append("\":1");
        }
        String reply = "{\"predictions\":[{" + there + "},{" + back + "}]}";
        assertThat(messages.answered(Messages.ofRows("a", "b"), reply)
                        .getPredictionResultTable()
                        .getColumnsCount())
                .isEqualTo(100_000);
    }

    private static PredictValuesRequest ofText(int size) {
        Table.Builder table = Table.newBuilder()
                .addColumns(Messages.column("a", TYPE_STRING))
                .addRows(Messages.row("1", Messages.text("x".repeat(size))));
        return PredictValuesRequest.newBuilder().setPredictionTable(table).build();
    }

    /** A front's buffer for a message over half of the largest one is as large as that. */
    private static Body inLargestBuffer(Messages messages, PredictValuesRequest request) {
        byte[] bytes = Arrays.copyOf(request.toByteArray(), 16 << 20);
        messages.budget().reserve(bytes.length);
        return new Body(bytes, 0, request.getSerializedSize(), messages.budget(), bytes.length);
    }

    @ParameterizedTest
    @EnumSource
    void messageNearlyAsLargeAsMayBeFitsIntoTheDefaultBudget(PayloadKind kind) {
        Messages messages = new Messages(kind, 49 << 20, 16 << 20, Messages.MAX);
        for (int size = 9_000_000; size <= 15_000_000; size += 2_000_000) {
            UpiRequest read = messages.payload().readProto(inLargestBuffer(messages, ofText(size)));
            assertThat(Messages.bytes(read.takeBody())).hasSizeGreaterThan(size);
            read.release();
            assertThat(messages.budget().used()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void largeMessageThatCanNeverFitNeedNotComeBackWhateverItsSize(PayloadKind kind) {
        for (int size = 1_000_000; size <= 15_000_000; size += 2_000_000) {
            Messages messages = new Messages(kind, (16 << 20) + size - 1000, 16 << 20, Messages.MAX);
            PredictValuesRequest request = ofText(size);
            PredictException failure = Assertions.catchThrowableOfType(
                    PredictException.class, () -> messages.payload().readProto(inLargestBuffer(messages, request)));
            assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(failure.reason())
                    .contains("its " + request.getSerializedSize() + " bytes", "--memory-budget", "ADAPTER_JAVA_OPTS");
            assertThat(messages.budget().used()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void membersThatComeOftenAreNotWrittenEachTime(PayloadKind kind) {
        String columns = "\"c\",".repeat(100_000) + "\"c\"";
        String rows = kind == PayloadKind.TABLE
                ? "\"prediction_result_table\":{\"columns\":[" + columns + "]," + "\"data\":[],".repeat(100_000)
                        + "\"data\":[]}"
                : "\"predictions\":[[1]],".repeat(100_000) + "\"predictions\":[]";
        PredictValuesRequest request = PredictValuesRequest.getDefaultInstance();
        if (kind == PayloadKind.TABLE) {
            assertThat(Messages.of(kind)
                            .answered(request, "{" + rows + "}")
                            .getPredictionResultTable()
                            .getColumnsCount())
                    .isEqualTo(100_001);
        } else {
            assertThat(Messages.of(kind).unusable(request, "{" + rows + "}")).contains("it has 1 predictions");
        }
    }
}
