package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at all processes, by the sessions that they belong to; one small file is read for each. Immutable. */
public final class ProcessTable {
    private final Map<Long, List<ProcessFigures>> bySession;

    private ProcessTable(Map<Long, List<ProcessFigures>> bySession) {
        this.bySession = bySession;
    }

    /** How things stand now, as far as they can be seen. Blocks for milliseconds. */
    public static ProcessTable read() {
        Map<Long, List<ProcessFigures>> found = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                ProcessFigures figures = ProcessFigures.read(process);
                if (figures != null) {
                    found.computeIfAbsent(figures.session(), session -> new ArrayList<>())
                            .add(figures);
                }
            }
        } catch (IOException | RuntimeException e) {
            // What was found so far has to do.
        }
        return new ProcessTable(found);
    }

    /** The processes of the session that {@code leader} began. */
    List<ProcessFigures> session(long leader) {
        return bySession.getOrDefault(leader, List.of());
    }
}
