package io.merlinadapter.cli.dev;

import io.merlinadapter.cli.run.RunningProgram;
import io.merlinadapter.text.Durations;
import io.merlinadapter.text.Texts;
import io.merlinadapter.worker.Renewed;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces the program when its files change or somebody asks for it, and knows what became of that. Any thread. */
final class Reloads {
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);
    /** Of those that are told of. */
    private static final int MOST = 20;

    private static final int MOST_FILES_NAMED = 5;
    /** What changes so soon after a new copy has begun may be of its own doing. */
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Duration QUIET = Duration.ofSeconds(5);

    private final boolean watches;
    private final OwnWrites ownWrites;
    private final Deque<Reload> last = new ArrayDeque<>();
    private int count;
    private int edits;
    private volatile @Nullable RunningProgram program;

    /** One of them; over when it has an outcome. */
    private static final class Reload {
        private final int number;
        private final String reason;
        private final Instant began = Instant.now();
        private @Nullable Renewed outcome;
        private long millis;

        Reload(int number, String reason) {
            this.number = number;
            this.reason = reason;
        }

        private JsonObject json() {
            JsonObject json = new JsonObject()
                    .put("number", number)
                    .put("reason", reason)
                    .put("time", began.toString())
                    .put("state", "running");
            if (outcome != null) {
                json.put("state", outcome.outcome().name().toLowerCase(Locale.ROOT))
                        .put("millis", millis)
                        .put("why", Texts.printableLines(outcome.why()))
                        .put(
                                "traceback",
                                new JsonArray(outcome.lastWords().stream()
                                        .map(Texts::printable)
                                        .toList()));
            }
            return json;
        }
    }

    /**
     * Nothing is replaced yet.
     *
     * @param folders those that are watched
     * @param command the program's command line
     */
    Reloads(List<Path> folders, List<String> command) {
        this.watches = !folders.isEmpty();
        this.ownWrites = new OwnWrites(folders, command);
    }

    void begin(RunningProgram running) {
        program = running;
    }

    /** The program as it is now. */
    Future<RunningProgram.Look> look() {
        // A port is open only after the program was told of.
        return Objects.requireNonNull(program).look();
    }

    /** These files have changed. Reads some of them. */
    void changed(Collection<String> files) {
        OwnWrites.Sifted sifted;
        int number;
        synchronized (this) {
            sifted = ownWrites.sift(files, isSoonAfterStart());
            number = sifted.edits().isEmpty() ? edits : ++edits;
        }
        sifted.leaves()
                .forEach((pattern, why) -> LOG.warn(
                        "reload: {} is left out from now on, as the program seems to write it ({}); name it in .gitignore: {}",
                        pattern,
                        why,
                        pattern));
        sifted.suspects()
                .forEach(file -> LOG.warn(
                        "reload: {} changed with each of the last new copies; from now on a change of it counts after {} of"
                                + " quiet. If the program writes it, name it in .gitignore",
                        file,
                        Durations.show(QUIET)));
        if (sifted.edits().isEmpty()) {
            return;
        }
        String reason = reason(sifted.edits());
        if (sifted.slowly()) {
            CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> renewIfLast(number, reason));
        } else {
            renew(reason);
        }
    }

    private void renewIfLast(int number, String reason) {
        boolean isLast;
        synchronized (this) {
            isLast = number == edits;
        }
        if (isLast) {
            renew(reason);
        }
    }

    private static String reason(List<String> files) {
        List<String> named = files.stream().limit(MOST_FILES_NAMED).toList();
        String more = files.size() > named.size() ? " and " + (files.size() - named.size()) + " more" : "";
        return String.join(", ", named) + more + " changed";
    }

    private boolean isSoonAfterStart() {
        Reload newest = last.peekFirst();
        return newest != null
                && (newest.outcome == null
                        || Duration.between(newest.began.plusMillis(newest.millis), Instant.now())
                                        .compareTo(SOON)
                                < 0);
    }

    /** Somebody wants it to be started again. */
    void asked() {
        renew("asked for on the page");
    }

    private void renew(String reason) {
        RunningProgram running = program;
        // One that is yet to be started will be the new one.
        if (running != null) {
            Reload reload = add(reason);
            LOG.info("reload {}: {}; the new copy starts, the old one serves until it is ready", reload.number, reason);
            running.renew(reason).onSuccess(outcome -> over(reload, outcome));
        }
    }

    private synchronized Reload add(String reason) {
        Reload reload = new Reload(++count, reason);
        last.addFirst(reload);
        if (last.size() > MOST) {
            last.removeLast();
        }
        return reload;
    }

    private void over(Reload reload, Renewed outcome) {
        long millis = Duration.between(reload.began, Instant.now()).toMillis();
        synchronized (this) {
            reload.outcome = outcome;
            reload.millis = millis;
        }
        switch (outcome.outcome()) {
            case DONE ->
                LOG.info("reload {}: the new copy serves, after {}", reload.number, Durations.showMillis(millis));
            case FAILED ->
                LOG.error(
                        "reload {}: the new copy did not start: {}; the one that served before goes on{}",
                        reload.number,
                        outcome.why(),
                        outcome.lastWords().isEmpty() ? "" : "\n  " + String.join("\n  ", outcome.lastWords()));
            case OVERTAKEN -> LOG.info("reload {}: overtaken", reload.number);
        }
    }

    /** The newest first. */
    synchronized JsonObject json() {
        JsonArray all = new JsonArray();
        last.forEach(reload -> all.add(reload.json()));
        return new JsonObject()
                .put("watches", watches)
                .put("last", all)
                .put("leftOut", new JsonArray(ownWrites.leftOut()));
    }
}
