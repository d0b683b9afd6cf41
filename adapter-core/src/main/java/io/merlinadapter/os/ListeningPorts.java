package io.merlinadapter.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the TCP ports on which processes listen: the sockets of /proc/net/tcp and tcp6 (proc(5)) that they have open. */
final class ListeningPorts {
    private static final String LISTEN = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private ListeningPorts() {}

    /** The ports of {@code processes}, as far as they can be seen. Blocks for a moment. */
    static SortedSet<Integer> of(List<ProcessTable.Entry> processes) {
        SortedSet<Integer> ports = new TreeSet<>();
        for (ProcessTable.Entry process : processes) {
            Path folder = Path.of("/proc", Long.toString(process.pid()));
            // Those of its own network, should it have one.
            Map<String, Integer> listening = new HashMap<>();
            for (String table : List.of("net/tcp", "net/tcp6")) {
                try (Stream<String> lines = Files.lines(folder.resolve(table))) {
                    lines.forEach(line -> read(line, listening));
                } catch (IOException | UncheckedIOException e) {
                    // It has ended, or there is no such table.
                }
            }
            addOpen(folder, listening, ports);
        }
        return ports;
    }

    /** Reads a line such as {@code 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 …}. */
    static void read(String line, Map<String, Integer> listening) {
        String[] fields = line.strip().split("\\s+", INODE + 2);
        if (fields.length > INODE && fields[STATE].equals(LISTEN)) {
            String port = fields[LOCAL].substring(fields[LOCAL].lastIndexOf(':') + 1);
            listening.put("socket:[" + fields[INODE] + "]", Integer.parseInt(port, 16));
        }
    }

    private static void addOpen(Path process, Map<String, Integer> listening, SortedSet<Integer> ports) {
        if (listening.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                Integer port = listening.get(Files.readSymbolicLink(file).toString());
                if (port != null) {
                    ports.add(port);
                }
            }
        } catch (IOException | RuntimeException e) {
            // It has ended meanwhile, or is another user's.
        }
    }
}
