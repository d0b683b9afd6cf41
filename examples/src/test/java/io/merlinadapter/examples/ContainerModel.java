package io.merlinadapter.examples;

import java.net.URI;
import java.util.List;

/** An example's image, run with what Merlin sets and with as little leave as a cluster gives. */
final class ContainerModel extends Model {
    private final Container container;

    private ContainerModel(String name, Container container) {
        super(name);
        this.container = container;
    }

    /** Starts it, with the artifact in its image, and waits until it serves. */
    static ContainerModel serve(String name) {
        return serve(name, Images.example(name));
    }

    /** As {@link #serve(String)}, of an image that is not named like the model. */
    static ContainerModel serve(String name, String image) {
        List<String> options = List.of(
                "--env=CARAML_MODEL_NAME=" + name,
                "--env=CARAML_MODEL_VERSION=" + VERSION,
                "--env=CARAML_MODEL_FULL_NAME=" + fullName(name),
                "--read-only",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges");
        return new ContainerModel(name, Container.serve(options, image));
    }

    @Override
    URI http(String path) {
        return container.address(8080, path);
    }

    @Override
    URI upi(String path) {
        return container.address(9000, path);
    }

    @Override
    String log() {
        return container.log();
    }

    @Override
    public void close() {
        container.close();
    }
}
