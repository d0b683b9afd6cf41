package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An example that the command serves. */
final class LocalModel extends Model {
    private final AdapterProcess adapter;

    private LocalModel(String name, AdapterProcess adapter) {
        super(name);
        this.adapter = adapter;
    }

    /** Starts the example and waits until it is ready; its artifact is in {@code artifact}. */
    static LocalModel serve(String name, Path artifact, List<String> options, String... program) {
        return serve(name, ExampleContract.folder(name), artifact, options, List.of(program));
    }

    /** As {@link #serve(String, Path, List, String...)}, in a folder that is not named like the model. */
    static LocalModel serve(String name, Path folder, Path artifact, List<String> options, List<String> program) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CARAML_MODEL_NAME",
                name,
                "CARAML_MODEL_VERSION",
                VERSION,
                "CARAML_MODEL_FULL_NAME",
                fullName(name),
                "CARAML_ARTIFACT_LOCATION",
                artifact.toString()));
        AdapterProcess adapter = AdapterProcess.launch(folder, environment, options, program);
        adapter.awaitPort();
        return new LocalModel(name, adapter);
    }

    @Override
    URI http(String path) {
        return adapter.uri(path);
    }

    @Override
    URI upi(String path) {
        return URI.create("http://127.0.0.1:" + adapter.grpcPort() + path);
    }

    @Override
    String log() {
        return adapter.output();
    }

    @Override
    public void close() {
        adapter.close();
    }
}
