package io.merlinadapter.upi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files of Protobuf with all that they import, and what is defined in which. Does not change once made; any thread. */
final class ProtoFiles {
    private final Map<String, FileDescriptor> files;
    private final Map<String, FileDescriptor> symbols = new HashMap<>();

    /** By the full name of what is extended, and the number. */
    private final Map<String, SortedMap<Integer, FileDescriptor>> extensions = new HashMap<>();

    ProtoFiles(List<FileDescriptor> roots) {
        files = withImports(roots);
        files.values().forEach(this::index);
    }

    /** The given files, then what they import, then what those import: each once, by name. */
    static Map<String, FileDescriptor> withImports(List<FileDescriptor> roots) {
        Map<String, FileDescriptor> found = new LinkedHashMap<>();
        List<FileDescriptor> next = roots;
        while (!next.isEmpty()) {
            List<FileDescriptor> fresh = next.stream()
                    .filter(file -> found.putIfAbsent(file.getName(), file) == null)
                    .toList();
            next = fresh.stream()
                    .flatMap(file -> file.getDependencies().stream())
                    .toList();
        }
        return found;
    }

    private void index(FileDescriptor file) {
        file.getServices().forEach(this::index);
        file.getMessageTypes().forEach(this::index);
        file.getEnumTypes().forEach(this::index);
        file.getExtensions().forEach(this::extension);
    }

    private void index(ServiceDescriptor service) {
        symbol(service);
        service.getMethods().forEach(this::symbol);
    }

    private void index(Descriptor message) {
        symbol(message);
        message.getFields().forEach(this::symbol);
        message.getOneofs().forEach(this::symbol);
        message.getNestedTypes().forEach(this::index);
        message.getEnumTypes().forEach(this::index);
        message.getExtensions().forEach(this::extension);
    }

    private void index(EnumDescriptor type) {
        symbol(type);
        type.getValues().forEach(this::symbol);
        // By Protobuf's own rule the values stand beside their type; the library for Java has them inside of it.
        String full = type.getFullName();
        String beside = full.substring(0, full.length() - type.getName().length());
        type.getValues().forEach(value -> symbols.put(beside + value.getName(), value.getFile()));
    }

    private void extension(FieldDescriptor field) {
        symbol(field);
        extensions
                .computeIfAbsent(field.getContainingType().getFullName(), extended -> new TreeMap<>())
                .put(field.getNumber(), field.getFile());
    }

    private void symbol(GenericDescriptor defined) {
        symbols.put(defined.getFullName(), defined.getFile());
    }

    Collection<FileDescriptor> all() {
        return files.values();
    }

    /** The file of that name, as it is written in an import. */
    @Nullable
    FileDescriptor named(String name) {
        return files.get(name);
    }

    /** Where a service, a method, a message, a field, an enum, a value or an extension of that full name is defined. */
    @Nullable
    FileDescriptor defining(String symbol) {
        return symbols.get(symbol);
    }

    /** Where the field of that number is defined that extends a message of another file. */
    @Nullable
    FileDescriptor extending(String message, int number) {
        return extensionsOf(message).get(number);
    }

    /** The numbers of the fields that extend a message. */
    Set<Integer> numbersExtending(String message) {
        return extensionsOf(message).keySet();
    }

    private SortedMap<Integer, FileDescriptor> extensionsOf(String message) {
        return extensions.getOrDefault(message, new TreeMap<>());
    }
}
