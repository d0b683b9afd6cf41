package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.util.HashSet;
import java.util.Set;

/** The images, each built once by the first test that needs it. */
final class Images {
    static final String BASE = "merlin-adapter-base";

    private static final Set<String> BUILT = new HashSet<>();

    private Images() {}

    /** The name of the base image. */
    static synchronized String base() {
        if (BUILT.add(BASE)) {
            Tools.run(AdapterProcess.ROOT, "scripts/build-image");
        }
        return BASE;
    }

    /** The name of an example's image. */
    static synchronized String example(String name) {
        base();
        String image = "merlin-adapter-example-" + name;
        if (BUILT.add(image)) {
            Container.Ended built = Container.engine("build", "--tag", image, "examples/" + name);
            assertThat(built.code()).as(built.output()).isZero();
        }
        return image;
    }
}
