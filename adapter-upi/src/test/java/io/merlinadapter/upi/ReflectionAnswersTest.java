package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.Upi;
import com.google.api.AnnotationsProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tools are told about services and messages. */
class ReflectionAnswersTest {
    private static final String UPI_FILE = "caraml/upi/v1/upi.proto";
    private static final String OPTIONS = "google.protobuf.MethodOptions";
    private static final int HTTP_OPTION = AnnotationsProto.http.getNumber();

    private final ReflectionAnswers answers = new ReflectionAnswers(MethodTable.files());

    private static ServerReflectionRequest.Builder ask() {
        return ServerReflectionRequest.newBuilder().setHost("model.example");
    }

    private ServerReflectionResponse answer(ServerReflectionRequest.Builder asked) {
        ServerReflectionRequest request = asked.build();
        try {
            ServerReflectionResponse answer = ServerReflectionResponse.parseFrom(answers.answer(request));
            assertThat(answer.getOriginalRequest()).isEqualTo(request);
            assertThat(answer.getValidHost()).isEqualTo("model.example");
            return answer;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** The files of an answer by name, in their order. */
    private Map<String, FileDescriptorProto> files(ServerReflectionRequest.Builder request) {
        ServerReflectionResponse answer = answer(request);
        assertThat(answer.hasFileDescriptorResponse()).as("%s", answer).isTrue();
        ExtensionRegistry known = ExtensionRegistry.newInstance();
        AnnotationsProto.registerAllExtensions(known);
        Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
        for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            try {
                FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes, known);
                assertThat(files.put(file.getName(), file)).as("sent twice").isNull();
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return files;
    }

    private static FileDescriptor build(Map<String, FileDescriptorProto> files, String name) {
        FileDescriptorProto file = files.get(name);
        FileDescriptor[] imports = file.getDependencyList().stream()
                .map(imported -> build(files, imported))
                .toArray(FileDescriptor[]::new);
        try {
            return FileDescriptor.buildFrom(file, imports);
        } catch (DescriptorValidationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void allServicesAreListed() {
        assertThat(answer(ask().setListServices("")).getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .containsExactly(
                        MethodTable.UPI,
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection");
    }

    @Test
    void anAnswerIsEnoughToBuildTheSameServiceFrom() {
        Map<String, FileDescriptorProto> files = files(ask().setFileContainingSymbol(MethodTable.UPI));
        assertThat(files.keySet())
                .startsWith(UPI_FILE)
                .containsExactlyInAnyOrder(
                        UPI_FILE,
                        "caraml/upi/v1/variable.proto",
                        "caraml/upi/v1/table.proto",
                        "caraml/upi/v1/type.proto",
                        "google/protobuf/timestamp.proto",
                        "google/api/annotations.proto",
                        "google/api/http.proto",
                        "google/protobuf/descriptor.proto");
        MethodDescriptor method = build(files, UPI_FILE)
                .findServiceByName("UniversalPredictionService")
                .findMethodByName("PredictValues");
        MethodDescriptor ours = Upi.getDescriptor().getServices().get(0).findMethodByName("PredictValues");
        assertThat(method.getInputType().toProto())
                .isEqualTo(ours.getInputType().toProto());
        assertThat(method.getOutputType().toProto())
                .isEqualTo(ours.getOutputType().toProto());
        assertThat(method.getOptions().getExtension(AnnotationsProto.http).getPost())
                .isEqualTo("/v1/predict");
    }

    @ParameterizedTest
    @CsvSource({
        "caraml.upi.v1.UniversalPredictionService, caraml/upi/v1/upi.proto",
        "caraml.upi.v1.UniversalPredictionService.PredictValues, caraml/upi/v1/upi.proto",
        "caraml.upi.v1.PredictValuesRequest, caraml/upi/v1/upi.proto",
        "caraml.upi.v1.PredictValuesRequest.prediction_table, caraml/upi/v1/upi.proto",
        "caraml.upi.v1.Type, caraml/upi/v1/type.proto",
        "caraml.upi.v1.TYPE_DOUBLE, caraml/upi/v1/type.proto",
        "grpc.health.v1.HealthCheckResponse.ServingStatus, grpc/health/v1/health.proto",
        "grpc.health.v1.HealthCheckResponse.SERVING, grpc/health/v1/health.proto",
        "grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING, grpc/health/v1/health.proto",
        "grpc.health.v1.HealthListResponse.StatusesEntry, grpc/health/v1/health.proto",
        "grpc.reflection.v1.ServerReflectionRequest.message_request, grpc/reflection/v1/reflection.proto",
        "grpc.reflection.v1alpha.ServerReflection, grpc/reflection/v1alpha/reflection.proto",
        "google.api.http, google/api/annotations.proto",
        "google.protobuf.FieldDescriptorProto.Type, google/protobuf/descriptor.proto"
    })
    void whateverHasANameIsFound(String symbol, String file) {
        assertThat(files(ask().setFileContainingSymbol(symbol)).keySet()).startsWith(file);
    }

    @Test
    void aFileIsFoundByItsNameAndSoIsEachThatItImports() {
        for (String name : files(ask().setFileByFilename(UPI_FILE)).keySet()) {
            Map<String, FileDescriptorProto> files = files(ask().setFileByFilename(name));
            assertThat(files.keySet()).startsWith(name);
            assertThat(build(files, name).getName()).isEqualTo(name);
        }
    }

    @Test
    void anExtensionIsFoundByItsNumberAndItsNumberByItsType() {
        ServerReflectionResponse numbers = answer(ask().setAllExtensionNumbersOfType(OPTIONS));
        assertThat(numbers.getAllExtensionNumbersResponse().getBaseTypeName()).isEqualTo(OPTIONS);
        assertThat(numbers.getAllExtensionNumbersResponse().getExtensionNumberList())
                .containsExactly(HTTP_OPTION);
        assertThat(files(ask().setFileContainingExtension(extension(OPTIONS, HTTP_OPTION)))
                        .keySet())
                .startsWith("google/api/annotations.proto");
    }

    private static ExtensionRequest extension(String type, int number) {
        return ExtensionRequest.newBuilder()
                .setContainingType(type)
                .setExtensionNumber(number)
                .build();
    }

    @Test
    void aMessageThatNothingExtendsHasNoNumbersAndThatIsNoError() {
        ServerReflectionResponse numbers = answer(ask().setAllExtensionNumbersOfType("caraml.upi.v1.Table"));
        assertThat(numbers.hasAllExtensionNumbersResponse()).isTrue();
        assertThat(numbers.getAllExtensionNumbersResponse().getExtensionNumberList())
                .isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        List<ServerReflectionRequest.Builder> vain = List.of(
                ask().setFileByFilename("upi.proto"),
                ask().setFileContainingSymbol("caraml.upi.v1"),
                ask().setFileContainingExtension(extension(OPTIONS, 1)),
                ask().setFileContainingExtension(extension("nothing", 1)),
                ask().setAllExtensionNumbersOfType("nothing"));
        assertThat(vain).allSatisfy(request -> {
            assertThat(answer(request).getErrorResponse().getErrorCode()).isEqualTo(5);
            assertThat(answer(request).getErrorResponse().getErrorMessage()).startsWith("no");
        });
    }

    @Test
    void aQuestionOfAKindThatIsNotKnownIsUnimplemented() {
        assertThat(answer(ask()).getErrorResponse().getErrorCode()).isEqualTo(GrpcStatus.UNIMPLEMENTED.code);
    }
}
