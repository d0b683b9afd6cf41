package io.merlinadapter.upi;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to questions about the services and their messages. What does not depend on the question is made once
 * and kept as bytes. Does not change once made; any thread.
 */
final class ReflectionAnswers {
    private final ProtoFiles files;
    private final byte[] services;
    private final Map<String, byte[]> byFile = new HashMap<>();

    /** About the services that {@code served} define, and about whatever they import. */
    ReflectionAnswers(List<FileDescriptor> served) {
        files = new ProtoFiles(served);
        services = services(served);
        files.all().forEach(file -> byFile.put(file.getName(), withImports(file)));
    }

    private static byte[] services(List<FileDescriptor> served) {
        ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
        served.stream()
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getFullName)
                .sorted()
                .forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
        return ServerReflectionResponse.newBuilder()
                .setListServicesResponse(list)
                .build()
                .toByteArray();
    }

    /** The file before what it imports: clients take the first of an answer for what they asked for. */
    private static byte[] withImports(FileDescriptor asked) {
        FileDescriptorResponse.Builder all = FileDescriptorResponse.newBuilder();
        ProtoFiles.withImports(List.of(asked))
                .values()
                .forEach(file -> all.addFileDescriptorProto(file.toProto().toByteString()));
        return ServerReflectionResponse.newBuilder()
                .setFileDescriptorResponse(all)
                .build()
                .toByteArray();
    }

    /** The message that answers {@code request}; where there is nothing to answer it says so. */
    byte[] answer(ServerReflectionRequest request) {
        byte[] question = ServerReflectionResponse.newBuilder()
                .setValidHost(request.getHost())
                .setOriginalRequest(request)
                .build()
                .toByteArray();
        byte[] answer = answerAlone(request);
        // Two messages of Protobuf, one written after the other, are one message with the fields of both.
        byte[] both = Arrays.copyOf(question, question.length + answer.length);
        System.arraycopy(answer, 0, both, question.length, answer.length);
        return both;
    }

    private byte[] answerAlone(ServerReflectionRequest request) {
        return switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> services;
            case FILE_BY_FILENAME -> {
                String name = request.getFileByFilename();
                yield file(files.named(name), "no file is named \"" + name + "\"");
            }
            case FILE_CONTAINING_SYMBOL -> {
                String symbol = request.getFileContainingSymbol();
                yield file(files.defining(symbol), "nothing is named \"" + symbol + "\"");
            }
            case FILE_CONTAINING_EXTENSION -> {
                ExtensionRequest wanted = request.getFileContainingExtension();
                String type = wanted.getContainingType();
                int number = wanted.getExtensionNumber();
                yield file(files.extending(type, number), "nothing extends \"" + type + "\" with number " + number);
            }
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> extensionNumbers(request.getAllExtensionNumbersOfType());
            case MESSAGEREQUEST_NOT_SET ->
                error(
                        GrpcStatus.UNIMPLEMENTED,
                        "nothing is asked that is known here (expected: file_by_filename,"
                                + " file_containing_symbol, file_containing_extension, all_extension_numbers_of_type or"
                                + " list_services)");
        };
    }

    private byte[] file(@Nullable FileDescriptor found, String otherwise) {
        byte[] answer = found == null ? null : byFile.get(found.getName());
        return answer == null ? error(GrpcStatus.NOT_FOUND, otherwise + "; list_services says what there is") : answer;
    }

    private byte[] extensionNumbers(String type) {
        Set<Integer> numbers = files.numbersExtending(type);
        if (numbers.isEmpty() && files.defining(type) == null) {
            return error(GrpcStatus.NOT_FOUND, "nothing is named \"" + type + "\"");
        }
        return ServerReflectionResponse.newBuilder()
                .setAllExtensionNumbersResponse(ExtensionNumberResponse.newBuilder()
                        .setBaseTypeName(type)
                        .addAllExtensionNumber(numbers))
                .build()
                .toByteArray();
    }

    private static byte[] error(GrpcStatus code, String why) {
        return ServerReflectionResponse.newBuilder()
                .setErrorResponse(
                        ErrorResponse.newBuilder().setErrorCode(code.code).setErrorMessage(why))
                .build()
                .toByteArray();
    }
}
