package io.merlinadapter.upi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to questions about the services and their messages. What does not depend on the question is made once
 * and kept as bytes. Does not change once made; any thread.
 */
final class ReflectionAnswers {
    private final byte[] services;
    private final Map<String, byte[]> byFile = new HashMap<>();
    /** The files of services, methods, messages, fields, enums, values and extensions, by full name. */
    private final Map<String, FileDescriptor> symbols = new HashMap<>();

    /** The files of extensions, by the full name of what is extended, and the number. */
    private final Map<String, SortedMap<Integer, FileDescriptor>> extensions = new HashMap<>();

    /** About the services that {@code served} define, and about whatever they import. */
    ReflectionAnswers(List<FileDescriptor> served) {
        services = services(served);
        for (FileDescriptor file : withImports(served)) {
            byFile.put(file.getName(), answer(file));
            Stream.of(file.getServices(), file.getMessageTypes(), file.getEnumTypes(), file.getExtensions())
                    .forEach(this::index);
        }
    }

    /** The given files, then what they import, then what those import: each once. */
    private static Set<FileDescriptor> withImports(List<FileDescriptor> roots) {
        Set<FileDescriptor> found = new LinkedHashSet<>();
        List<FileDescriptor> next = roots;
        while (!next.isEmpty()) {
            List<FileDescriptor> fresh = next.stream().filter(found::add).toList();
            next = fresh.stream()
                    .flatMap(file -> file.getDependencies().stream())
                    .toList();
        }
        return found;
    }

    private void index(List<? extends GenericDescriptor> definitions) {
        definitions.forEach(this::index);
    }

    private void index(GenericDescriptor defined) {
        FileDescriptor file = defined.getFile();
        symbols.put(defined.getFullName(), file);
        if (defined instanceof ServiceDescriptor service) {
            index(service.getMethods());
        } else if (defined instanceof Descriptor message) {
            index(message.getFields());
            index(message.getOneofs());
            index(message.getNestedTypes());
            index(message.getEnumTypes());
            index(message.getExtensions());
        } else if (defined instanceof EnumDescriptor type) {
            index(type.getValues());
            // By Protobuf's own rule the values stand beside their type; the library for Java has them inside of it.
            String full = type.getFullName();
            String beside = full.substring(0, full.length() - type.getName().length());
            type.getValues().forEach(value -> symbols.put(beside + value.getName(), file));
        } else if (defined instanceof FieldDescriptor field && field.isExtension()) {
            extensions
                    .computeIfAbsent(field.getContainingType().getFullName(), extended -> new TreeMap<>())
                    .put(field.getNumber(), file);
        }
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
    private static byte[] answer(FileDescriptor asked) {
        FileDescriptorResponse.Builder all = FileDescriptorResponse.newBuilder();
        withImports(List.of(asked))
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
                yield file(name, "no file is named \"" + name + "\"");
            }
            case FILE_CONTAINING_SYMBOL -> {
                String symbol = request.getFileContainingSymbol();
                yield file(nameOf(symbols.get(symbol)), "nothing is named \"" + symbol + "\"");
            }
            case FILE_CONTAINING_EXTENSION -> {
                ExtensionRequest wanted = request.getFileContainingExtension();
                String type = wanted.getContainingType();
                int number = wanted.getExtensionNumber();
                yield file(
                        nameOf(extensionsOf(type).get(number)),
                        "nothing extends \"" + type + "\" with number " + number);
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

    private SortedMap<Integer, FileDescriptor> extensionsOf(String message) {
        return extensions.getOrDefault(message, new TreeMap<>());
    }

    private static String nameOf(@Nullable FileDescriptor file) {
        return file == null ? "" : file.getName();
    }

    private byte[] file(String name, String otherwise) {
        byte[] answer = byFile.get(name);
        return answer == null ? error(GrpcStatus.NOT_FOUND, otherwise + "; list_services says what there is") : answer;
    }

    private byte[] extensionNumbers(String type) {
        Set<Integer> numbers = extensionsOf(type).keySet();
        if (numbers.isEmpty() && !symbols.containsKey(type)) {
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
