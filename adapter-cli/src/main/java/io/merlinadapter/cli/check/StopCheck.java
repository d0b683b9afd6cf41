package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.CapturedLog.Line;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.os.ProcessStarter;
import io.merlinadapter.text.Durations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How it ends when it is told to, and what it leaves. */
final class StopCheck {
    private static final String NAME = "stops";
    private static final long LONGEST_MILLIS = 30_000;
    private static final Pattern STARTED = Pattern.compile("worker (\\d+): started as process (\\d+)");
    private static final Pattern CLOSED = Pattern.compile("worker (\\d+): its input is closed");
    private static final int MOST_SHOWN = 5;

    private final Scene scene;

    StopCheck(Scene scene) {
        this.scene = scene;
    }

    void run(RunningAdapter adapter, boolean wasReady) throws InterruptedException {
        scene.report.progress("stopping", -1);
        Set<String> marks = marks();
        long mark = scene.log.mark();
        long begun = scene.clock.getAsLong();
        adapter.stop();
        boolean stopped = adapter.hasStopped(LONGEST_MILLIS);
        long took = (scene.clock.getAsLong() - begun) / 1_000_000;
        long unused = scene.log.mark();
        List<Line> lines = scene.log.since(mark);
        if (!stopped) {
            scene.findings.add(Verdict.of(Kind.FAIL, NAME, null, "it did not stop within 30 s"));
            return;
        }
        if (wasReady) {
            ends(lines, took);
        }
        leaves(marks);
    }

    private void ends(List<Line> lines, long took) {
        boolean termed = lines.stream().anyMatch(line -> line.message().contains(": SIGTERM to process group"));
        boolean killed = lines.stream().anyMatch(line -> line.message().contains(": SIGKILL to process group"));
        String how = Durations.showMillis(afterItsInput(lines));
        if (killed) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            null,
                            "it ended neither at the end of its stdin nor at SIGTERM, and was killed; " + how
                                    + " for its end")
                    .advice(
                            "leave the loop when stdin ends, and let SIGTERM end the program: what it has not written by"
                                    + " then is lost"));
        } else if (termed && isServer()) {
            scene.findings.add(Verdict.of(
                    Kind.OK, NAME, null, "ended at SIGTERM, 2 s after its connection, as programs that listen do"));
        } else if (termed) {
            scene.findings.add(Verdict.of(
                            Kind.WARN, NAME, null, "it did not end at the end of its stdin, but at SIGTERM, 2 s later")
                    .advice("leave the loop when a read of stdin says that it has ended"));
        } else {
            scene.findings.add(Verdict.of(Kind.OK, NAME, null, "ended by itself at the end of its input, within " + how)
                    .figures(Map.of("stop_ms", took)));
        }
    }

    private boolean isServer() {
        String channel = scene.config.get(Options.CHANNEL);
        return !channel.equals(Options.STDIO) && !channel.equals(Options.SOCKET);
    }

    /** The longest that a program took from the end of its input to its own. */
    private static long afterItsInput(List<Line> lines) {
        Map<String, Line> closed = new LinkedHashMap<>();
        long longest = 0;
        for (Line line : lines) {
            Matcher input = CLOSED.matcher(line.message());
            if (input.matches()) {
                closed.put(input.group(1), line);
            }
            if (Scene.isDeath(line)) {
                Line before = closed.get(line.message().replaceFirst("^worker (\\d+):(?s:.*)$", "$1"));
                longest = before == null
                        ? longest
                        : Math.max(
                                longest,
                                Duration.between(before.time(), line.time()).toMillis());
            }
        }
        return longest;
    }

    private void leaves(Set<String> marks) {
        List<String> left = marked(marks);
        if (!left.isEmpty()) {
            scene.findings.add(Verdict.of(Kind.WARN, NAME, null, "it leaves " + left.size() + " processes behind")
                    .details(left.subList(0, Math.min(MOST_SHOWN, left.size())))
                    .advice("end what the program has started when it ends"));
        }
        scene.log.since(0).stream()
                .filter(line -> line.isFromAdapter() && line.message().contains("left behind"))
                .map(Line::message)
                .forEach(message -> scene.findings.remark(NAME, message));
    }

    /** What all processes have in their environment that the running programs have started. */
    private Set<String> marks() {
        return scene.log.since(0).stream()
                .map(line -> STARTED.matcher(line.message()))
                .filter(Matcher::matches)
                .map(started -> environment(Path.of("/proc", started.group(2))))
                .flatMap(List::stream)
                .filter(variable -> variable.startsWith(ProcessStarter.MARK + "="))
                .collect(Collectors.toSet());
    }

    private static List<String> environment(Path process) {
        return List.of(text(process.resolve("environ")).split("\0", -1));
    }

    /** Empty if the process has ended meanwhile. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<String> marked(Set<String> marks) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (environment(process).stream().anyMatch(marks::contains)) {
                    found.add(process.getFileName() + ": "
                            + text(process.resolve("cmdline")).replace('\0', ' '));
                }
            }
        } catch (IOException noProc) {
            // What was found so far has to do.
        }
        return found;
    }
}
