package io.merlinadapter.upi.table;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.PredictValuesResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages with bytes changed at random: all that may come of them is an answer, or a refusal. */
class MutationTest {
    private static final int ROUNDS = 2000;
    private static final int ROUNDS_FOR_LONG = 500_000;
    private static final String[] REPLIES = {
        "{\"prediction_result_table\":{\"name\":\"\\u00e9\",\"columns\":[\"y\",\"s\"],\"column_types\":[\"INTEGER\",null],"
                + "\"row_ids\":[\"b\",\"a\"],\"data\":[[1,\"x\"],[-2.0e0,null]]},\"target_name\":\"t\","
                + "\"prediction_context\":[{\"name\":\"v\",\"type\":\"FLOAT\",\"value\":0.5}],"
                + "\"metadata\":{\"models\":[{\"name\":\"m\",\"version\":\"1\"}]}}",
        "{\"predictions\":[{\"y\":1,\"s\":\"\\ud83d\\ude00\"},{\"s\":\"é\",\"y\":null}]}",
        "{\"predictions\":[[1,\"x\"],null]}",
        "{\"predictions\":[1.5,-0]}"
    };

    private final long seed = Long.getLong("fuzz.seed", 42);
    private final Random random = new Random(seed);

    private byte[] mutated(byte[] message) {
        byte[] bytes = message.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> System.arraycopy(bytes, at / 2, bytes, at, Math.min(bytes.length - at, at - at / 2));
            }
        }
        return bytes;
    }

    private static void orElse(Set<FailureKind> kinds, Runnable work) {
        try {
            work.run();
        } catch (PredictException e) {
            assertThat(kinds).contains(e.kind());
        }
    }

    @ParameterizedTest
    @EnumSource
    void mutatedRequestIsReadOrRefused(PayloadKind kind) throws InvalidProtocolBufferException {
        mutateRequests(kind, ROUNDS);
    }

    @ParameterizedTest
    @EnumSource
    void mutatedReplyIsPutOrRefused(PayloadKind kind) {
        mutateReplies(kind, ROUNDS);
    }

    @Tag("long")
    @Tag("fuzz")
    @ParameterizedTest
    @EnumSource
    void mutatedMessagesAreReadOrRefusedForLong(PayloadKind kind) throws InvalidProtocolBufferException {
        mutateRequests(kind, ROUNDS_FOR_LONG);
        mutateReplies(kind, ROUNDS_FOR_LONG);
    }

    private void mutateRequests(PayloadKind kind, int rounds) throws InvalidProtocolBufferException {
        Messages messages = Messages.of(kind);
        RandomMessages requests = new RandomMessages(seed);
        for (int i = 0; i < rounds; i++) {
            PredictValuesRequest request = requests.request();
            boolean json = i % 3 == 0;
            byte[] bytes = mutated(
                    json
                            ? JsonFormat.printer().print(request).getBytes(StandardCharsets.UTF_8)
                            : request.toByteArray());
            orElse(Set.of(FailureKind.INVALID_REQUEST), () -> {
                Body body = messages.body(bytes);
                UpiRequest read = json
                        ? messages.payload().readJson(body)
                        : messages.payload().readProto(body);
                Messages.checkedLine(Messages.bytes(read.takeBody()));
                read.release();
            });
            assertThat(messages.budget().used()).isZero();
        }
    }

    private void mutateReplies(PayloadKind kind, int rounds) {
        Messages messages = Messages.of(kind);
        byte[] request = Messages.ofRows("a", "b").toByteArray();
        for (int i = 0; i < rounds; i++) {
            byte[] reply = mutated(REPLIES[i % REPLIES.length].getBytes(StandardCharsets.UTF_8));
            boolean framed = random.nextBoolean();
            UpiRequest read = messages.payload().readProto(messages.body(request));
            orElse(Set.of(FailureKind.BAD_REPLY), () -> {
                byte[] bytes = Messages.bytes(messages.payload().writeProto(read, messages.body(reply), framed));
                int head = framed ? 5 : 0;
                assertThat(parsed(Arrays.copyOfRange(bytes, head, bytes.length))
                                .getPredictionResultTable()
                                .getRowsCount())
                        .isEqualTo(2);
            });
            orElse(
                    Set.of(FailureKind.BAD_REPLY),
                    () -> assertThat(Messages.bytes(messages.payload().writeJson(read, messages.body(reply))))
                            .isNotEmpty());
            read.release();
            assertThat(messages.budget().used()).isZero();
        }
    }

    private static PredictValuesResponse parsed(byte[] bytes) {
        try {
            return PredictValuesResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
