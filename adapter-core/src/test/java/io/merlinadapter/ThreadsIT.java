package io.merlinadapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The threads that core makes are those of the table in docs/architecture.md. */
class ThreadsIT {
    private static final Pattern NAME = Pattern.compile("`([a-zA-Z.]+-[a-zA-Z0-9.…-]+)`");
    private static final Pattern OURS =
            Pattern.compile("worker-\\d+-[a-z-]+|child-starter|memory-watch|metrics-push.*");

    private static Set<String> rows() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("project.root"), "docs/architecture.md"));
        String table = page.substring(page.indexOf("\n## Threads"), page.indexOf("A new thread is a new row"));
        return NAME.matcher(table).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> threadsOfOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> OURS.matcher(name).matches())
                .map(name -> name.replaceAll("\\d+", "N"))
                .collect(Collectors.toSet());
    }

    @Test
    void everyThreadIsARowOfTheTable() throws IOException {
        Set<String> rows = rows();
        try (CoreHarness core = new CoreHarness.Options().serve()) {
            Future<String> large = core.predict("{\"token\":\"" + "x".repeat(3_000_000) + "\"}");
            core.until(() -> {
                assertThat(rows).containsAll(threadsOfOurs());
                return large.isComplete();
            });
            assertThat(threadsOfOurs()).contains("worker-N-stdout", "worker-N-stderr", "child-starter");
        }
    }
}
