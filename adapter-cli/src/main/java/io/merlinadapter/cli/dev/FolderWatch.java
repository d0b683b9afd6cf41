package io.merlinadapter.cli.dev;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of files that change in some folders and below (inotify), but of none that are ignored. What changes within a moment
 * is told together: an editor, a formatter or git touch many files, and some of them several times. Has a thread.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    /** Nothing more comes for so long. */
    private static final long QUIET_MILLIS = 150;
    /** So many parts that come one after the other are not waited out. */
    private static final int MOST_PARTS = 200;
    /** Each takes one of the user's watches of inotify. */
    private static final int MOST_FOLDERS = 4096;

    private final List<Path> roots;
    private final Consumer<Collection<String>> changed;
    private final @Nullable WatchService service;
    private final Map<WatchKey, Path> folders = new HashMap<>();
    private final Map<Path, IgnoreRules> rules = new HashMap<>();
    /** Files that have come since the last time that something was told. */
    private final Map<String, Path> passing = new HashMap<>();

    private boolean isFull;

    private FolderWatch(List<Path> roots, Consumer<Collection<String>> changed, @Nullable WatchService service) {
        this.roots = roots;
        this.changed = changed;
        this.service = service;
    }

    /** Watches from now on; where the system does not allow it, says so and never tells anything. */
    static FolderWatch start(List<Path> roots, Consumer<Collection<String>> changed) {
        FolderWatch watch = new FolderWatch(roots, changed, roots.isEmpty() ? null : service(roots.get(0)));
        if (watch.service != null) {
            roots.forEach(root -> watch.enter(root, root, new TreeSet<>()));
            Thread thread = new Thread(watch::watch, "dev-watch");
            thread.setDaemon(true);
            thread.start();
        }
        return watch;
    }

    private static @Nullable WatchService service(Path root) {
        if (root.getParent() == null) {
            LOG.warn("reload: {} is too much to be watched; name the folders of the program (--watch)", root);
            return null;
        }
        try {
            return root.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("reload: the system can't watch files ({}); the page can restart the program", e.getMessage());
            return null;
        }
    }

    boolean isOn() {
        return service != null;
    }

    /** As in {@code /home/me/model}. */
    String describe() {
        return roots.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private void watch() {
        WatchService watched = service;
        while (watched != null) {
            try {
                Set<String> files = new TreeSet<>();
                take(watched.take(), files);
                WatchKey more = watched.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                for (int parts = 0; more != null && parts < MOST_PARTS; parts++) {
                    take(more, files);
                    more = watched.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                }
                if (more != null) {
                    take(more, files);
                }
                // An editor's own files come and go.
                passing.forEach((name, file) -> {
                    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                        files.remove(name);
                    }
                });
                passing.clear();
                if (!files.isEmpty()) {
                    changed.accept(files);
                }
            } catch (ClosedWatchServiceException | InterruptedException over) {
                return;
            }
        }
    }

    private void take(WatchKey key, Set<String> files) {
        Path folder = folders.get(key);
        List<WatchEvent<?>> events = key.pollEvents();
        if (!key.reset()) {
            folders.remove(key);
        }
        if (folder == null) {
            return;
        }
        for (WatchEvent<?> event : events) {
            if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                files.add("much");
            } else if (event.context() instanceof Path name) {
                Path root = root(folder);
                Path file = folder.resolve(name);
                boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
                if (name.toString().equals(IgnoreRules.FILE)) {
                    rules.clear();
                    roots.forEach(this::readRules);
                } else if (!rules(root).ignores(file, isFolder)) {
                    seen(root, file, isFolder, event, files);
                }
            }
        }
    }

    private void seen(Path root, Path file, boolean isFolder, WatchEvent<?> event, Set<String> files) {
        if (!isFolder) {
            String name = root.relativize(file).toString();
            if (event.kind() == StandardWatchEventKinds.ENTRY_CREATE && files.add(name)) {
                passing.put(name, file);
            }
            files.add(name);
        } else if (event.kind() == StandardWatchEventKinds.ENTRY_CREATE) {
            enter(root, file, files);
        }
    }

    private Path root(Path folder) {
        return roots.stream().filter(folder::startsWith).findFirst().orElse(folder);
    }

    private IgnoreRules rules(Path root) {
        return rules.computeIfAbsent(root, IgnoreRules::of);
    }

    private void readRules(Path root) {
        IgnoreRules of = rules(root);
        folders.values().stream()
                .filter(folder -> folder.startsWith(root))
                .sorted()
                .forEach(of::read);
    }

    /** Watches a folder and those below; {@code found} gets the files. */
    private void enter(Path root, Path folder, Set<String> found) {
        IgnoreRules ignored = rules(root);
        FileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path next, BasicFileAttributes attributes) {
                if (!next.equals(root) && ignored.ignores(next, true)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                ignored.read(next);
                return register(next) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!ignored.ignores(file, false)) {
                    found.add(root.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(folder, visitor);
        } catch (IOException gone) {
            LOG.debug("reload: {} can't be watched", folder, gone);
        }
    }

    private boolean register(Path folder) {
        if (service == null || isFull) {
            return false;
        }
        try {
            if (folders.size() >= MOST_FOLDERS) {
                throw new IOException("there are more than " + MOST_FOLDERS + " folders");
            }
            WatchKey key = folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            folders.put(key, folder);
            return true;
        } catch (IOException e) {
            isFull = Files.isDirectory(folder);
            if (isFull) {
                LOG.warn(
                        "reload: not all folders can be watched ({}); ignore what is not the program's in .gitignore, or choose"
                                + " folders with --watch",
                        e.getMessage());
            }
            return false;
        }
    }

    /** Tells nothing any more. */
    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debug("reload: the watch could not be closed", e);
        }
    }
}
