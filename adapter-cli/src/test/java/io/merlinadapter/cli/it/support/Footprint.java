package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What an adapter holds at a quiet moment.
 *
 * @param files open descriptors
 * @param threads threads
 * @param children processes that it started
 * @param heap bytes of Java objects that are in use
 */
public record Footprint(long files, long threads, long children, long heap) {
    /** Connections and threads that come and go. */
    private static final int SLACK = 20;

    private static final long HEAP_SLACK = 20 << 20;

    public static Footprint of(Supervised adapter) {
        long pid = adapter.process().pid();
        collectGarbage(pid);
        return new Footprint(
                Processes.entries(pid, "fd"),
                Processes.entries(pid, "task"),
                Processes.sessionsBelow(pid).size(),
                adapter.count("jvm_memory_used_bytes", "area=\"heap\""));
    }

    private static void collectGarbage(long pid) {
        try {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            Process collection = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(collection.waitFor()).isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public void checkNotAbove(Footprint earlier) {
        assertThat(files).as("files, before: %s", earlier).isLessThanOrEqualTo(earlier.files + SLACK);
        assertThat(threads).as("threads, before: %s", earlier).isLessThanOrEqualTo(earlier.threads + SLACK);
        assertThat(children).as("children, before: %s", earlier).isEqualTo(earlier.children);
        assertThat(heap).as("heap, before: %s", earlier).isLessThanOrEqualTo(earlier.heap + HEAP_SLACK);
    }
}
