package io.merlinadapter.upi;

import static io.merlinadapter.upi.Loops.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest.MessageRequestCase;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.core.Context;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The streams on which tools ask what is served: their order, their end, and who waits for what. */
class ReflectionServiceTest {
    private static final ServerReflectionRequest SERVICES =
            ServerReflectionRequest.newBuilder().setListServices("*").build();
    private static final ServerReflectionRequest SERVICE = ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(MethodTable.UPI)
            .build();
    private static final ServerReflectionRequest NOTHING = ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("nothing")
            .build();

    private final Loops loops = new Loops();
    private final ReflectionService service = new ReflectionService(loops.vertx, MethodTable::files);

    /** The first caller waits for the answers to be made; those after it, in most of these tests, do not. */
    @BeforeEach
    void makeAnswers() {
        ended(on(loops.one, () -> new RecordedCall(service::answerAll).halfClose()));
    }

    @AfterEach
    void close() {
        loops.close();
    }

    private static RecordedCall ended(RecordedCall call) {
        call.gone.orTimeout(20, TimeUnit.SECONDS).join();
        return call;
    }

    @Test
    void manyQuestionsOfOneStreamAreAnsweredInOrderEachWithItsQuestion() {
        List<ServerReflectionRequest> asked = List.of(SERVICES, SERVICE, NOTHING, SERVICE);
        RecordedCall call = new RecordedCall(service::answerAll);
        asked.forEach(call::say);
        assertThat(call.status).as("before the caller has asked all").isNull();
        call.halfClose();
        assertThat(call.status).isEqualTo(GrpcStatus.OK);
        assertThat(call.read(ServerReflectionResponse.parser()))
                .extracting(ServerReflectionResponse::getOriginalRequest)
                .isEqualTo(asked);
        assertThat(call.sent.get(3)).isEqualTo(call.sent.get(1));
    }

    @Test
    void whoComesBeforeTheAnswersAreMadeIsAnsweredInOrderOnItsOwnLoop() {
        CountDownLatch asked = new CountDownLatch(2);
        AtomicInteger made = new AtomicInteger();
        ReflectionService fresh = new ReflectionService(loops.vertx, () -> {
            made.incrementAndGet();
            assertThat(Context.isOnEventLoopThread()).isFalse();
            await(asked);
            return MethodTable.files();
        });
        for (RecordedCall call : List.of(early(loops.one, fresh, asked), early(loops.other, fresh, asked))) {
            assertThat(ended(call).status).isEqualTo(GrpcStatus.OK);
            assertThat(call.read(ServerReflectionResponse.parser()))
                    .extracting(answer -> answer.getOriginalRequest().getMessageRequestCase())
                    .containsExactly(MessageRequestCase.LIST_SERVICES, MessageRequestCase.FILE_CONTAINING_SYMBOL);
            assertThat(call.endedOn).isEqualTo(call.begunOn);
        }
        assertThat(made).hasValue(1);
    }

    private static RecordedCall early(Context loop, ReflectionService fresh, CountDownLatch asked) {
        return on(loop, () -> {
            RecordedCall call = new RecordedCall(fresh::answerAll);
            call.say(SERVICES).say(SERVICE).halfClose();
            assertThat(call.sent).isEmpty();
            asked.countDown();
            return call;
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void answersThatCannotBeMadeEndTheStreamAsOurFault() {
        ReflectionService broken = new ReflectionService(loops.vertx, () -> {
            throw new NoClassDefFoundError("a part is missing (a test wants it so)");
        });
        RecordedCall call = on(
                loops.one,
                () -> new RecordedCall(broken::answerAll).say(SERVICES).halfClose());
        assertThat(ended(call).status).isEqualTo(GrpcStatus.INTERNAL);
        assertThat(call.sent).isEmpty();
    }

    @Test
    void olderToolsReadTheSame() throws InvalidProtocolBufferException {
        RecordedCall call = new RecordedCall(service::answerAll)
                .say(io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol(MethodTable.UPI)
                        .build())
                .say(SERVICE);
        io.grpc.reflection.v1alpha.ServerReflectionResponse older =
                io.grpc.reflection.v1alpha.ServerReflectionResponse.parseFrom(call.sent.get(0));
        ServerReflectionResponse newer = ServerReflectionResponse.parseFrom(call.sent.get(1));
        assertThat(older.getFileDescriptorResponse().getFileDescriptorProtoList())
                .isNotEmpty()
                .isEqualTo(newer.getFileDescriptorResponse().getFileDescriptorProtoList());
        assertThat(older.getOriginalRequest().getFileContainingSymbol()).isEqualTo(MethodTable.UPI);
    }

    @Test
    void aMessageThatCannotBeReadEndsTheStream() {
        RecordedCall call = new RecordedCall(service::answerAll)
                .say(SERVICES)
                .say(new byte[] {10, 99, 1})
                .say(SERVICES)
                .halfClose();
        assertThat(call.status).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
        assertThat(call.sent).hasSize(1);
    }

    @Test
    void aCallerWhoAsksNothingIsAnsweredNothing() {
        RecordedCall call = new RecordedCall(service::answerAll).halfClose();
        assertThat(call.status).isEqualTo(GrpcStatus.OK);
        assertThat(call.sent).isEmpty();
    }
}
