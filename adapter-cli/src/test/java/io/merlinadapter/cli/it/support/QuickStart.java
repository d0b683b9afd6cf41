package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Options that let the command start in a third of the time: hundreds of tests start it, live for a second or two, and would
 * spend most of that on loading and compiling. They change nothing that a test could see. Tests that measure, or load the
 * command for long, give it options of their own and run it as users do.
 */
public final class QuickStart {
    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

    private QuickStart() {}

    /** Options for the virtual machine; the first use trains it, which takes some seconds. */
    public static String options() {
        return Trained.OPTIONS;
    }

    /** Made once for all tests of this process, by whichever needs it first. */
    private static final class Trained {
        static final String OPTIONS = train();

        private static String train() {
            try {
                Path archive = Files.createTempDirectory("merlin-adapter-").resolve("classes.jsa");
                archive.getParent().toFile().deleteOnExit();
                archive.toFile().deleteOnExit();
                Map<String, String> archiving = Map.of("ADAPTER_JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + archive);
                try (AdapterProcess adapter =
                        AdapterProcess.launch(Path.of("."), archiving, List.of("--protocol=both"), List.of("cat"))) {
                    adapter.awaitPort();
                    Callers callers = new Callers(adapter);
                    callers.post("{\"instances\":[1]}");
                    adapter.terminate();
                    adapter.endsWithin(AdapterProcess.PATIENCE);
                }
                return Files.exists(archive) ? "-XX:SharedArchiveFile=" + archive + " " + ONE_COMPILER : ONE_COMPILER;
            } catch (IOException e) {
                throw new UncheckedIOException("can't make a folder for the classes", e);
            }
        }
    }
}
